// Integers times one scale that all ranks share, with so much room that their sum still fits a
// byte: it can be reduced as integers on the way, as by
//   Q = round(x / s),  s = max |x| / floor(127 / ranks)
#include <memory>

#include "collectives/compression/codec.hpp"
#include "collectives/compression/elements.hpp"
#include "collectives/compression/integer_codes.hpp"
#include "collectives/compression/magnitude.hpp"
#include "collectives/compression/vectors.hpp"

namespace commsim::codec_int8_shared {
namespace {

struct Encode {
  [[gnu::always_inline]] static void run(const float* values, std::size_t count, float factor,
                                         std::byte* codes) {
    ByteCodes::encode(values, count, factor, codes);
  }
};
struct Decode {
  [[gnu::always_inline]] static void run(const std::byte* codes, std::size_t count, float scale,
                                         float* values) {
    ByteCodes::decode(codes, count, scale, values);
  }
};

// On the wire: the scale in single precision, then the integers. The scale is of this tensor; ranks
// agree on it by an exchange of its maximum, which is not the codec's affair.
class SharedScale final : public Quantiser {
 public:
  explicit SharedScale(std::int64_t top) : top_(static_cast<float>(top)) {}

  void encode(std::span<const float> values, Encoded& out) override {
    const float scale = scale_to(largest_magnitude<LargestBits>(values), top_);
    const float factor = scale == scale ? 1 / scale : 0;
    out.reserve(out.size() + sizeof scale + values.size());
    put(out, scale);
    std::byte* const codes = grow(out, values.size());
    run<Encode>(this_processor(), values.data(), values.size(), factor, codes);
  }
  void decode(std::span<const std::byte> in, std::span<float> values) const override {
    expect_size(in, sizeof(float) + values.size());
    const auto scale = load<float>(in.data(), 0);
    run<Decode>(this_processor(), in.data() + sizeof scale, values.size(), scale, values.data());
  }

 private:
  float top_;
};

std::unique_ptr<Quantiser> make(const CodecParameters& parameters) {
  if (parameters.ranks < 1 || parameters.ranks > 127) {
    throw RequestError("int8_shared adds up numbers of " + std::to_string(parameters.ranks) +
                       " ranks in a byte, which holds -127 to 127: at least 1 rank and at most "
                       "127");
  }
  return std::make_unique<SharedScale>(127 / parameters.ranks);
}

const Registration<Codec> registration{{
    .name = "int8_shared",
    .summary = "8 bits an element with one scale and room for the sum of all ranks",
    .reference = "Sapio et al., Scaling Distributed Machine Learning with In-Network Aggregation, "
                 "NSDI 2021 (integers with a scale that all workers share)",
    .bound = "the larger of max |x| / (1.99 floor(127 / ranks)) and 2^-126; NaN if any is NaN or "
             "infinity",
    .parameters = {},
    .make_quantiser = make,
    .linear = true,
    .agreed = Bytes{sizeof(float)},
}};

}  // namespace
}  // namespace commsim::codec_int8_shared
