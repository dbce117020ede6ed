// A quantiser to small integers with a scale for each block of elements, so that one large element
// costs precision in its block only.
//
// The scale is in single precision: one in half precision would save 16 bits a block, but gradients
// below 2^-24 would vanish and sums above 65504 overflow.
#pragma once

#include <algorithm>
#include <bit>
#include <cstring>

#include "collectives/compression/codec.hpp"
#include "collectives/compression/elements.hpp"
#include "collectives/compression/integer_codes.hpp"
#include "collectives/compression/magnitude.hpp"
#include "collectives/compression/parameter_range.hpp"
#include "collectives/compression/vectors.hpp"

namespace commsim {

/// Whole blocks, of which the last may be shorter, one after another: scale, then `Codes`
/// (integer_codes.hpp). A block with NaN or infinity has the scale NaN and zeros.
template <typename Codes>
struct EncodeBlocks {
  [[gnu::always_inline]] static void run(const float* values, std::size_t count, std::size_t block,
                                         std::byte* out) {
    for (std::size_t first = 0; first < count; first += block) {
      const std::size_t length = std::min(block, count - first);
      const auto largest = std::bit_cast<float>(LargestBits::run(values + first, length));
      const float scale = scale_to(largest, Codes::kTop);
      store(out, 0, scale);
      out += sizeof scale;
      if (scale == scale) {
        Codes::encode(values + first, length, 1 / scale, out);
      } else {
        std::memset(out, 0, Codes::bytes(length));
      }
      out += Codes::bytes(length);
    }
  }
};
template <typename Codes>
struct DecodeBlocks {
  [[gnu::always_inline]] static void run(const std::byte* in, std::size_t count, std::size_t block,
                                         float* values) {
    for (std::size_t first = 0; first < count; first += block) {
      const std::size_t length = std::min(block, count - first);
      const auto scale = load<float>(in, 0);
      in += sizeof scale;
      Codes::decode(in, length, scale, values + first);
      in += Codes::bytes(length);
    }
  }
};

constexpr std::int64_t kLargestBlock = std::int64_t{1} << 20;

template <typename Codes>
class BlockQuantiser final : public Quantiser {
 public:
  /// Throws RequestError for a block that is not 1 to 2^20 elements long.
  BlockQuantiser(const CodecParameters& parameters, std::int64_t standard_block)
      : block_(static_cast<std::size_t>(
            in_range(parameters.block, "block", standard_block, 1, kLargestBlock))) {}

  void encode(std::span<const float> values, Encoded& out) override {
    std::byte* const codes = grow(out, size(values.size()));
    run<EncodeBlocks<Codes>>(this_processor(), values.data(), values.size(), block_, codes);
  }
  void decode(std::span<const std::byte> in, std::span<float> values) const override {
    expect_size(in, size(values.size()));
    run<DecodeBlocks<Codes>>(this_processor(), in.data(), values.size(), block_, values.data());
  }

 private:
  [[nodiscard]] std::size_t size(std::size_t count) const {
    const std::size_t rest = count % block_;
    return count / block_ * (sizeof(float) + Codes::bytes(block_)) +
           (rest > 0 ? sizeof(float) + Codes::bytes(rest) : 0);
  }

  std::size_t block_;
};

}  // namespace commsim
