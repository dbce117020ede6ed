// Signs, and the mean magnitude that they stand for: of the tensor, or of each block.
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <memory>

#include "collectives/compression/block_quantiser.hpp"

namespace commsim::codec_one_bit {
namespace {

constexpr std::size_t kLanes = 8;

struct SumOfMagnitudes {
  [[gnu::always_inline]] static double run(const float* values, std::size_t count) {
    // Lanes that are summed apart can be summed at once.
    std::array<double, kLanes> sums{};
    const std::size_t whole = count - count % kLanes;
    for (std::size_t i = 0; i < whole; i += kLanes) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        sums[lane] += std::abs(static_cast<double>(values[i + lane]));
      }
    }
    for (std::size_t i = whole; i < count; ++i) sums[0] += std::abs(static_cast<double>(values[i]));
    double sum = 0;
    for (const double part : sums) sum += part;
    return sum;
  }
};

// Zero of either sign counts as positive, and so does NaN.
[[gnu::always_inline]] inline std::uint32_t is_negative(float value) { return value < 0 ? 1 : 0; }

struct EncodeSigns {
  [[gnu::always_inline]] static void run(const float* values, std::size_t count, std::byte* out) {
    for (std::size_t first = 0; first < count; first += 8) {
      const std::size_t length = std::min<std::size_t>(8, count - first);
      std::uint32_t bits = 0;
      if (length == 8) {
        for (std::size_t i = 0; i < 8; ++i) bits |= is_negative(values[first + i]) << i;
      } else {
        for (std::size_t i = 0; i < length; ++i) bits |= is_negative(values[first + i]) << i;
      }
      out[first / 8] = static_cast<std::byte>(bits);
    }
  }
};
struct DecodeSigns {
  [[gnu::always_inline]] static void run(const std::byte* in, std::size_t count, float mean,
                                         float* values) {
    const auto positive = std::bit_cast<std::uint32_t>(mean);
    const std::size_t whole = count - count % 8;
    for (std::size_t first = 0; first < whole; first += 8) {
      const auto bits = std::to_integer<std::uint32_t>(in[first / 8]);
      for (std::uint32_t i = 0; i < 8; ++i) {
        values[first + i] = std::bit_cast<float>(positive ^ (((bits >> i) & 1U) << 31U));
      }
    }
    for (std::size_t i = whole; i < count; ++i) {
      const std::uint32_t bit = (std::to_integer<std::uint32_t>(in[i / 8]) >> (i % 8)) & 1U;
      values[i] = std::bit_cast<float>(positive ^ (bit << 31U));
    }
  }
};

// On the wire, for each block: the mean in single precision, then the bits, the first one lowest.
// The mean is NaN if any magnitude is not finite.
class OneBit final : public Quantiser {
 public:
  explicit OneBit(std::size_t block) : block_(block) {}

  void encode(std::span<const float> values, Encoded& out) override {
    for_blocks(values.size(), [&](std::size_t first, std::size_t count) {
      const auto block = values.subspan(first, count);
      const double sum = run<SumOfMagnitudes>(this_processor(), block.data(), count);
      const auto mean = static_cast<float>(sum / static_cast<double>(count));
      const bool finite = mean <= std::numeric_limits<float>::max();
      put(out, finite ? mean : std::numeric_limits<float>::quiet_NaN());
      const std::size_t end = out.size();
      out.resize(end + bytes(count));
      run<EncodeSigns>(this_processor(), block.data(), count, out.data() + end);
    });
  }
  void decode(std::span<const std::byte> in, std::span<float> values) const override {
    WireReader reader(in);
    for_blocks(values.size(), [&](std::size_t first, std::size_t count) {
      const auto mean = reader.take<float>();
      const auto bits = reader.take_bytes(bytes(count));
      run<DecodeSigns>(this_processor(), bits.data(), count, mean, values.data() + first);
    });
    reader.end();
  }

 private:
  static std::size_t bytes(std::size_t count) { return count / 8 + (count % 8 > 0 ? 1 : 0); }

  template <typename Visit>
  void for_blocks(std::size_t count, const Visit& visit) const {
    for (std::size_t first = 0; first < count; first += std::min(block_, count - first)) {
      visit(first, std::min(block_, count - first));
    }
  }

  std::size_t block_;
};

std::unique_ptr<Quantiser> make(const CodecParameters& parameters) {
  if (!parameters.block) {
    return std::make_unique<OneBit>(std::numeric_limits<std::size_t>::max());
  }
  return std::make_unique<OneBit>(
      static_cast<std::size_t>(in_range(parameters.block, "block", 1, 1, kLargestBlock)));
}

const Registration<Codec> registration{{
    .name = "one_bit",
    .summary = "the sign times the mean magnitude: 1 bit an element and 32 a tensor, or a block",
    .reference = "Seide et al., 1-bit stochastic gradient descent, Interspeech 2014; Karimireddy "
                 "et al., arXiv 1901.09847 (scaled sign)",
    .bound = "max |x| of the tensor, or of the block; NaN where it has NaN or infinity",
    .parameters = {"block"},
    .make_quantiser = make,
}};

}  // namespace
}  // namespace commsim::codec_one_bit
