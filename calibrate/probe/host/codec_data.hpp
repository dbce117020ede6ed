// The tensor that codecs are measured on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace commsim::probe {

/// Numbers distributed about as those of a normal distribution around 0, of standard deviation
/// 0.009, many of them equal in magnitude; among them zeros of both signs and numbers far below the
/// normal ones, in blocks of 128 of their own, too. With `specials` also some infinities and NaN,
/// fewer than one in a thousand. The same for the same seed.
std::vector<float> codec_data(std::size_t count, std::uint64_t seed, bool specials);

/// The magnitude above which one in a hundred numbers of codec_data() is.
inline constexpr float kCodecThreshold = 0.02205F;

}  // namespace commsim::probe
