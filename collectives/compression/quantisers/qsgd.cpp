// Levels between 0 and the norm, rounded up or down at random so that the mean is what was encoded:
//   Q(x_i) = |x|_2 sign(x_i) l_i / s,  l_i = floor(s |x_i| / |x|_2 + u_i),  u_i uniform in [0, 1)
//   E |Q(x) - x|^2 <= min(n / s^2, sqrt(n) / s) |x|^2
// The u_i come from a hash of the rank's seed, the number of the call and i, so that a run can be
// repeated, and any element computed apart from the others.
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <memory>

#include "collectives/compression/block_quantiser.hpp"
#include "core/random.hpp"

namespace commsim::codec_qsgd {
namespace {

constexpr std::size_t kTile = 1024;  // a multiple of 8, so that tiles of codes are whole bytes

struct SumOfSquares {
  [[gnu::always_inline]] static double run(const float* values, std::size_t count) {
    std::array<double, 8> sums{};
    const std::size_t whole = count - count % sums.size();
    for (std::size_t i = 0; i < whole; i += sums.size()) {
      for (std::size_t lane = 0; lane < sums.size(); ++lane) {
        const auto value = static_cast<double>(values[i + lane]);
        sums[lane] += value * value;
      }
    }
    double sum = 0;
    for (std::size_t i = whole; i < count; ++i) {
      sum += static_cast<double>(values[i]) * static_cast<double>(values[i]);
    }
    for (const double part : sums) sum += part;
    return sum;
  }
};

// codes[i] is the level with the sign in `sign_bit`. Element i takes the word of key + i.
struct Levels {
  [[gnu::always_inline]] static void run(const float* values, std::size_t count, double factor,
                                         std::uint64_t key, std::uint32_t sign_bit,
                                         std::uint32_t* codes) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto word = static_cast<std::int32_t>(mix(key + i) >> 32U);
      const double uniform = static_cast<double>(word) * 0x1p-32 + 0.5;
      const double level = std::abs(static_cast<double>(values[i])) * factor + uniform;
      const std::uint32_t sign = std::bit_cast<std::uint32_t>(values[i]) >> 31U;
      codes[i] = static_cast<std::uint32_t>(static_cast<std::int32_t>(level)) + sign * sign_bit;
    }
  }
};

// Not below the norm, so that no level is above s. NaN if it is not finite in single precision.
float norm_above(std::span<const float> values) {
  const double norm = std::sqrt(run<SumOfSquares>(this_processor(), values.data(), values.size()));
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  if (!(norm <= static_cast<double>(std::numeric_limits<float>::max()))) {
    return std::numeric_limits<float>::quiet_NaN();
  }
  const auto nearest = static_cast<float>(norm);
  return static_cast<double>(nearest) < norm ? std::nextafter(nearest, kInfinity) : nearest;
}

// On the wire, for each block: the norm in single precision, then the codes, the first one lowest.
class Qsgd final : public Quantiser {
 public:
  Qsgd(std::uint32_t levels, std::size_t block, std::uint64_t seed)
      : levels_(levels),
        width_(static_cast<int>(std::bit_width(levels)) + 1),
        block_(block),
        seed_(seed) {}

  void encode(std::span<const float> values, Encoded& out) override {
    const std::uint64_t key = mix(seed_ ^ mix(calls_++));
    for (std::size_t first = 0; first < values.size();) {
      const std::size_t count = std::min(block_, values.size() - first);
      encode_block(values.subspan(first, count), key + first, out);
      first += count;
    }
  }
  void decode(std::span<const std::byte> in, std::span<float> values) const override {
    WireReader reader(in);
    for (std::size_t first = 0; first < values.size();) {
      const std::size_t count = std::min(block_, values.size() - first);
      const auto norm = reader.take<float>();
      decode_block(reader.take_bytes(bytes(count)), norm, values.subspan(first, count));
      first += count;
    }
    reader.end();
  }

 private:
  [[nodiscard]] std::size_t bytes(std::size_t count) const {
    return count / 8 * width() + (count % 8 * width() + 7) / 8;
  }
  [[nodiscard]] std::size_t width() const { return static_cast<std::size_t>(width_); }
  [[nodiscard]] std::uint32_t sign_bit() const { return 1U << (width_ - 1); }

  void encode_block(std::span<const float> values, std::uint64_t key, Encoded& out) const {
    const float norm = norm_above(values);
    put(out, norm);
    if (!(norm > 0)) {
      out.resize(out.size() + bytes(values.size()), std::byte{0});
      return;
    }
    const double factor = static_cast<double>(levels_) / static_cast<double>(norm);
    std::array<std::uint32_t, kTile> codes{};
    for (std::size_t first = 0; first < values.size(); first += kTile) {
      const std::size_t count = std::min(kTile, values.size() - first);
      run<Levels>(this_processor(), values.data() + first, count, factor, key + first, sign_bit(),
                  codes.data());
      const std::size_t end = out.size();
      out.resize(end + bytes(count));
      pack(std::span(codes).first(count), out.data() + end);
    }
  }

  void pack(std::span<const std::uint32_t> codes, std::byte* out) const {
    std::uint64_t held = 0;
    int bits = 0;
    for (const std::uint32_t code : codes) {
      held |= std::uint64_t{code} << bits;
      for (bits += width_; bits >= 8; bits -= 8, held >>= 8U) *out++ = static_cast<std::byte>(held);
    }
    if (bits > 0) *out = static_cast<std::byte>(held);
  }

  void decode_block(std::span<const std::byte> in, float norm, std::span<float> values) const {
    const double step = static_cast<double>(norm) / static_cast<double>(levels_);
    const std::uint32_t mask = sign_bit() - 1;
    const std::byte* next = in.data();
    std::uint64_t held = 0;
    int bits = 0;
    for (float& value : values) {
      for (; bits < width_; bits += 8) held |= std::to_integer<std::uint64_t>(*next++) << bits;
      const auto code = static_cast<std::uint32_t>(held);
      const std::uint32_t level = code & mask;
      if (level > levels_) throw DecodeError("level " + std::to_string(level) + " is too high");
      const auto magnitude = static_cast<float>(static_cast<double>(level) * step);
      value = (code & sign_bit()) != 0 ? -magnitude : magnitude;
      held >>= static_cast<unsigned>(width_);
      bits -= width_;
    }
  }

  std::uint32_t levels_;
  int width_;
  std::size_t block_;
  std::uint64_t seed_;
  std::uint64_t calls_ = 0;
};

std::unique_ptr<Quantiser> make(const CodecParameters& parameters) {
  const std::int64_t levels = in_range(parameters.levels, "levels", 127, 1, 32767);
  const auto block =
      parameters.block
          ? static_cast<std::size_t>(in_range(parameters.block, "block", 1, 1, kLargestBlock))
          : std::numeric_limits<std::size_t>::max();
  return std::make_unique<Qsgd>(static_cast<std::uint32_t>(levels), block, parameters.rank_seed);
}

const Registration<Codec> registration{{
    .name = "qsgd",
    .summary = "s levels up to the norm, rounded at random without bias: ceil(log2(s + 1)) + 1 "
               "bits an element and 32 a tensor, or a block",
    .reference = "Alistarh et al., QSGD, arXiv 1610.02132, with codes of fixed size",
    .bound = "1.00001 |x|_2 / s and 2^-148, with the norm of the tensor or of the block; NaN where "
             "it has NaN or infinity, or a norm beyond single precision",
    .parameters = {"levels", "block", "seed"},
    .make_quantiser = make,
}};

}  // namespace
}  // namespace commsim::codec_qsgd
