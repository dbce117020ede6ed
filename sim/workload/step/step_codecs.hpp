// Which data of a step travel encoded.
#pragma once

#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/workload/compression.hpp"
#include "sim/workload/training/volumes.hpp"

namespace commsim {

/// Codecs by what the calls are for. What they point to outlives them.
struct StepCodecs {
  std::map<Traffic, const Compression*> traffic;  ///< of kData: gradients
  const Compression* parameters = nullptr;        ///< that ZeRO gathers; nullptr: not encoded

  [[nodiscard]] bool any() const { return parameters != nullptr || !traffic.empty(); }
  /// Those in use, with what for: "data", "parameters", "tensor", ...
  [[nodiscard]] std::vector<std::pair<std::string_view, const Compression*>> all() const;
};

/// What the data of a call are encoded with; nullptr: nothing.
const Compression* codec_of(const StepCodecs& codecs, const TrafficItem& call);

/// Bytes of a number in such calls, which codecs are told: of gradients, weights or activations.
Bytes element_of(const Precision& precision, const TrafficItem& call);

}  // namespace commsim
