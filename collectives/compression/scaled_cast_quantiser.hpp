// A quantiser that scales a tensor to the range of a smaller format and casts it.
#pragma once

#include "collectives/compression/codec.hpp"
#include "collectives/compression/elements.hpp"
#include "collectives/compression/magnitude.hpp"
#include "collectives/compression/small_float.hpp"
#include "collectives/compression/vectors.hpp"

namespace commsim {

/// On the wire: the scale in single precision, then the codes. The largest finite magnitude becomes
/// the largest number of the format; a tensor of zeros has the scale 1.
template <typename Format>
class ScaledCastQuantiser final : public Quantiser {
 public:
  void encode(std::span<const float> values, Encoded& out) override {
    const float scale = scale_to(largest_magnitude<LargestFiniteBits>(values), Format::largest());
    out.reserve(out.size() + sizeof scale + values.size() * kWidth);
    put(out, scale);
    std::byte* const codes = grow(out, values.size() * kWidth);
    run<EncodeScaled<Format>>(this_processor(), values.data(), values.size(), 1 / scale, codes);
  }
  void decode(std::span<const std::byte> in, std::span<float> values) const override {
    expect_size(in, sizeof(float) + values.size() * kWidth);
    const auto scale = load<float>(in.data(), 0);
    run<DecodeScaled<Format>>(this_processor(), in.data() + sizeof scale, values.size(), scale,
                              values.data());
  }

 private:
  static constexpr std::size_t kWidth = sizeof(typename Format::Code);
};

}  // namespace commsim
