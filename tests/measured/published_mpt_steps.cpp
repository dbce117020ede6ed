// Steps of LLM Foundry on one server of A100.
#include <fmt/format.h>

#include <array>

#include "tests/measured/published_step_tables.hpp"

namespace commsim::published_mpt_steps {
namespace {

struct Row {
  std::string_view name;
  std::int64_t layers, hidden, heads, micro_batch, batch, tokens_per_second_and_gpu;
};

}  // namespace
}  // namespace commsim::published_mpt_steps

namespace commsim::measured {

std::vector<PublishedStep> mpt_steps() {
  using published_mpt_steps::Row;
  constexpr auto kRows = std::to_array<Row>({{"760M", 24, 1536, 12, 24, 384, 32434},
                                             {"1B", 24, 2048, 16, 14, 448, 20513},
                                             {"3B", 32, 2560, 20, 10, 160, 10811},
                                             {"7B", 32, 4096, 32, 6, 96, 4641},
                                             {"13B", 40, 5120, 40, 2, 48, 2262}});
  constexpr std::int64_t kSequence = 2048;
  constexpr std::int64_t kGpus = 8;
  std::vector<PublishedStep> steps;
  for (const Row& row : kRows) {
    steps.push_back(
        {.name = fmt::format("MPT {} on {} A100", row.name, kGpus),
         .scenario = fmt::format(
             "version: 1\n"
             "topology: {{kind: server_cluster, servers: 1, preset: dgx_a100}}\n"
             "network: {{model: fair_share}}\n"
             "profile: " COMMSIM_SOURCE_DIR "/scenarios/profiles/a100.yaml\n"
             "training:\n"
             "  algorithms: physics\n"
             "  model: {{layers: {}, hidden: {}, heads: {}, sequence: {}, vocabulary: 50368, "
             "biases: false, dropout: false}}\n"
             "  gpu: a100_80gb\n"
             "  efficiency: {{attention: 0.325}}\n"
             "  global_batch: {}\n"
             "  micro_batch: {}\n"
             "  fused_gradients: false\n"
             "  precision: {{compute: bf16}}\n"
             "  parallel: {{data: {}, zero: parameters}}\n",
             row.layers, row.hidden, row.heads, kSequence, row.batch, row.micro_batch, kGpus),
         .seconds = static_cast<double>(row.batch * kSequence) /
                    static_cast<double>(kGpus * row.tokens_per_second_and_gpu)});
  }
  return steps;
}

}  // namespace commsim::measured
