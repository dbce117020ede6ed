// How fast GPUs encode and decode, where anybody has said so.
#pragma once

#include <optional>
#include <string_view>

#include "collectives/compression/codec.hpp"
#include "core/units.hpp"

namespace commsim {

/// Bytes given to the codec in a second (single precision of reducers and quantisers).
struct PublishedSpeed {
  Bandwidth encode;
  std::optional<Bandwidth> decode;  ///< absent: counted with `encode`
  std::string_view source;
};

/// The figure of a codec, or nothing where there is none to be relied on.
std::optional<PublishedSpeed> published_speed(const Codec& codec,
                                              const CodecParameters& parameters);

}  // namespace commsim
