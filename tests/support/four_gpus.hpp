// Training jobs on four GPUs, from YAML to a result.
#pragma once

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "core/error.hpp"
#include "sim/scenario/training_set.hpp"
#include "sim/scenario/yaml_document.hpp"

namespace commsim::support {

// Four GPUs on a switch.
inline TrainingSet read(const std::string& gpus, const std::vector<std::string>& overrides = {}) {
  ConfigDocument document = read_yaml_text(
      "version: 1\n"
      "topology: {kind: switch, ranks: 4, link: {bandwidth: 10 GB/s, latency: 2 us}}\n"
      "training:\n"
      "  model: {layers: 12, hidden: 1024, heads: 16, sequence: 512, vocabulary: 512}\n"
      "  precision: {compute: fp16}\n"
      "  global_batch: 24\n"
      "  " +
          gpus + "\n",
      "f");
  for (const std::string& change : overrides) apply_override(document, change);
  return read_training(document);
}

inline void expect_refused(const std::string& gpus, const std::string& reason,
                           const std::vector<std::string>& overrides = {}) {
  EXPECT_THAT([&] { read(gpus, overrides); },
              testing::ThrowsMessage<ConfigError>(testing::HasSubstr(reason)));
}

inline TrainingResult result_of(const TrainingSet& set) {
  return run_training(set.points.at(0).job, *set.prices);
}
inline TrainingResult result_of(const std::string& gpus,
                                const std::vector<std::string>& overrides = {}) {
  return result_of(read(gpus, overrides));
}

inline constexpr auto kHalves = "gpus: [{gpu: a100_80gb, count: 2}, {gpu: v100_32gb, count: 2}]";

}  // namespace commsim::support
