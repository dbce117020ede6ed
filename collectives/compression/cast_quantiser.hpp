// A quantiser that casts each number to a smaller format by itself.
#pragma once

#include "collectives/compression/codec.hpp"
#include "collectives/compression/elements.hpp"
#include "collectives/compression/small_float.hpp"
#include "collectives/compression/vectors.hpp"

namespace commsim {

/// On the wire: the codes, one after another. `Format` as in small_float.hpp.
template <typename Format>
class CastQuantiser final : public Quantiser {
 public:
  void encode(std::span<const float> values, Encoded& out) override {
    std::byte* const codes = grow(out, values.size() * kWidth);
    run<EncodeFloats<Format>>(this_processor(), values.data(), values.size(), codes);
  }
  void decode(std::span<const std::byte> in, std::span<float> values) const override {
    expect_size(in, values.size() * kWidth);
    run<DecodeFloats<Format>>(this_processor(), in.data(), values.size(), values.data());
  }

 private:
  static constexpr std::size_t kWidth = sizeof(typename Format::Code);
};

}  // namespace commsim
