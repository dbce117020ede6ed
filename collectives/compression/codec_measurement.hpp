// What a chain of codecs does to tensors, measured: size, error and speed.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collectives/compression/chain.hpp"
#include "collectives/compression/fidelity.hpp"
#include "core/units.hpp"

namespace commsim {

/// Of all tensors together.
struct CodecMeasurement {
  std::int64_t elements = 0;
  std::int64_t message_bytes = 0;
  std::int64_t carried = 0;   ///< numbers that the messages carry
  double bits = 0;            ///< of an element
  double relative_error = 0;  ///< NaN if a tensor or what it decodes to is not finite
  /// Whether a codec of low rank has left everything as it is: vectors, and matrices of which the
  /// factors would be no fewer numbers.
  bool left_as_it_is = false;
  std::vector<StageInput> inputs;  ///< by stage, of all tensors
  std::vector<Fidelity> by_tensor;
};

/// Encodes and decodes each tensor with a chain of its own, after `warm_ups` calls that count for
/// nothing but the state that codecs keep. Sums count tensor i counts[i] times. Throws RequestError
/// as CodecChain does. REQUIRES: as many counts as tensors.
CodecMeasurement measure_codec(const std::vector<CodecStage>& stages,
                               std::span<const Tensor> tensors,
                               std::span<const std::int64_t> counts, int warm_ups = 0);

/// A sentence on what the figures do not show, such as tensors that were left as they are; or none.
std::optional<std::string> note_on(const std::vector<CodecStage>& stages,
                                   const CodecMeasurement& measured);

/// Single-precision bytes in a second.
struct CodecSpeed {
  Bandwidth encode;
  Bandwidth decode;
};

/// Times a chain on this machine: `threads` threads at once, each with a copy of `tensor`, again
/// and again for about `span` for each direction; the median call of all counts.
CodecSpeed time_codec(const std::vector<CodecStage>& stages, const Tensor& tensor, int threads,
                      double seconds);

}  // namespace commsim
