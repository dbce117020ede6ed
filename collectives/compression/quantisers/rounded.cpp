// Multiples of a given number: Q(g) = round(g / S), half away from zero as std::round has it, in
// the smallest integers that hold all of a message.
#include <cmath>
#include <limits>
#include <memory>

#include "collectives/compression/codec.hpp"
#include "collectives/compression/elements.hpp"
#include "collectives/compression/magnitude.hpp"
#include "collectives/compression/vectors.hpp"

namespace commsim::codec_rounded {
namespace {

// std::round without its exceptions: what is just below one half must not become one.
[[gnu::always_inline]] inline double with_half(double quotient) {
  return quotient + std::copysign(0x1.fffffffffffffp-2, quotient);
}

// The lowest integer is no multiple: it says that the number was NaN, infinity or too large.
template <typename Integer>
struct Encode {
  [[gnu::always_inline]] static void run(const float* values, std::size_t count, double scale,
                                         std::byte* out) {
    constexpr double kLowest = std::numeric_limits<Integer>::min();
    for (std::size_t i = 0; i < count; ++i) {
      const double multiple = with_half(static_cast<double>(values[i]) / scale);
      const double held = std::abs(multiple) < -kLowest ? multiple : kLowest;
      store(out, i, static_cast<Integer>(static_cast<std::int32_t>(held)));
    }
  }
};
template <typename Integer>
struct Decode {
  [[gnu::always_inline]] static void run(const std::byte* in, std::size_t count, double scale,
                                         float* values) {
    constexpr Integer kLowest = std::numeric_limits<Integer>::min();
    for (std::size_t i = 0; i < count; ++i) {
      const auto multiple = load<Integer>(in, i);
      const auto value = static_cast<float>(static_cast<double>(multiple) * scale);
      values[i] = multiple == kLowest ? std::numeric_limits<float>::quiet_NaN() : value;
    }
  }
};

// On the wire: the bytes of an integer, 1, 2 or 4; then the integers.
class Rounded final : public Quantiser {
 public:
  explicit Rounded(double scale) : scale_(scale) {}

  void encode(std::span<const float> values, Encoded& out) override {
    const float largest = largest_magnitude<LargestFiniteBits>(values);
    const double multiple = with_half(static_cast<double>(largest) / scale_);
    if (multiple < 0x1p7) {
      append<std::int8_t>(values, out);
    } else if (multiple < 0x1p15) {
      append<std::int16_t>(values, out);
    } else {
      append<std::int32_t>(values, out);
    }
  }
  void decode(std::span<const std::byte> in, std::span<float> values) const override {
    WireReader reader(in);
    const auto width = reader.take<std::uint8_t>();
    if (width != 1 && width != 2 && width != 4) {
      throw DecodeError("an integer has " + std::to_string(width) + " bytes and not 1, 2 or 4");
    }
    const auto integers = reader.take_bytes(values.size() * width);
    reader.end();
    if (width == 1) read<std::int8_t>(integers, values);
    if (width == 2) read<std::int16_t>(integers, values);
    if (width == 4) read<std::int32_t>(integers, values);
  }

 private:
  template <typename Integer>
  void append(std::span<const float> values, Encoded& out) const {
    out.reserve(out.size() + 1 + values.size() * sizeof(Integer));
    put(out, static_cast<std::uint8_t>(sizeof(Integer)));
    std::byte* const to = grow(out, values.size() * sizeof(Integer));
    run<Encode<Integer>>(this_processor(), values.data(), values.size(), scale_, to);
  }
  template <typename Integer>
  void read(std::span<const std::byte> in, std::span<float> values) const {
    run<Decode<Integer>>(this_processor(), in.data(), values.size(), scale_, values.data());
  }

  double scale_;
};

std::unique_ptr<Quantiser> make(const CodecParameters& parameters) {
  // Up to 1e30 no multiple that is next to a number of single precision overflows it.
  if (!parameters.scale) throw RequestError("rounded needs scale, the S of round(x / S)");
  if (!(*parameters.scale > 0 && *parameters.scale <= 1e30)) {
    throw RequestError("scale is " + std::to_string(*parameters.scale) +
                       "; it must be more than 0 and at most 1e30");
  }
  return std::make_unique<Rounded>(*parameters.scale);
}

const Registration<Codec> registration{{
    .name = "rounded",
    .summary = "round(x / S) in 8, 16 or 32 bits an element, the fewest that hold all",
    .reference = "uniform scalar quantisation; the integers of IntSGD, arXiv 2102.08374, without "
                 "their random rounding",
    .bound = "S / 2 and the rounding to single precision, |x| / 2^23; NaN for NaN, infinity and "
             "where |x| / S rounds to 2^31 or more",
    .parameters = {"scale"},
    .make_quantiser = make,
    .fixed_size = false,
}};

}  // namespace
}  // namespace commsim::codec_rounded
