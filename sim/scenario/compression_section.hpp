// The `compression:` section of a scenario.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "collectives/compression/codec_measurement.hpp"
#include "core/config_reader.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/tensor_text.hpp"

namespace commsim {

/// Reads the section at each point of the sweep: a codec, a chain of codecs, or a map with one and
/// with how it is used. A list sweeps; its items may be chains. Codecs are measured on the tensor
/// that the section names when they are first met.
class CompressionSection {
 public:
  /// What was measured goes to `home`.
  explicit CompressionSection(ScenarioSet& home) : home_(&home) {}

  /// Sets point.run.compression; the rest of the point must have been read.
  void read(ConfigReader& root, ScenarioPoint& point);

  /// The same under `key` of another section, for calls as point.run.call among so many ranks;
  /// nullptr: nothing is encoded.
  const Compression* read(ConfigReader& parent, std::string_view key, const ScenarioPoint& point,
                          int ranks) {
    return read(parent, key, point, ranks, [] {});
  }

 private:
  // `may_be` throws RequestError where nothing may be encoded.
  const Compression* read(ConfigReader& parent, std::string_view key, const ScenarioPoint& point,
                          int ranks, const std::function<void()>& may_be);
  const Compression* compression(ConfigReader& section, const std::vector<CodecStage>& stages,
                                 const ScenarioPoint& point, int ranks);

  const CodecMeasurement& measure(const std::vector<CodecStage>& stages,
                                  const TensorRequest& wanted);

  ScenarioSet* home_;
  std::map<const ConfigNode*, ConfigNode> bare_;      // codecs that stand without a map
  std::map<std::string, CodecMeasurement> measured_;  // by chain, ranks and tensor
};

}  // namespace commsim
