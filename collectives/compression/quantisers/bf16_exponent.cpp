// bfloat16 with its exponents in Huffman codes. The exponents of weights and gradients take few
// values, about 2.6 bits of entropy; signs and mantissas look random and stay as they are.
#include <memory>

#include "collectives/compression/codec.hpp"
#include "collectives/compression/elements.hpp"
#include "collectives/compression/huffman.hpp"
#include "collectives/compression/small_float.hpp"
#include "collectives/compression/vectors.hpp"

namespace commsim::codec_bf16_exponent {
namespace {

struct Split {
  [[gnu::always_inline]] static void run(const float* values, std::size_t count, std::byte* rest,
                                         std::byte* exponents) {
    for (std::size_t i = 0; i < count; ++i) {
      const unsigned code = Bf16::encode(values[i]);
      store(rest, i, static_cast<std::uint8_t>(((code >> 8U) & 0x80U) | (code & 0x7fU)));
      store(exponents, i, static_cast<std::uint8_t>((code >> 7U) & 0xffU));
    }
  }
};
struct Join {
  [[gnu::always_inline]] static void run(const std::byte* rest, const std::byte* exponents,
                                         std::size_t count, float* values) {
    for (std::size_t i = 0; i < count; ++i) {
      const unsigned signs = load<std::uint8_t>(rest, i);
      const unsigned exponent = load<std::uint8_t>(exponents, i);
      const unsigned code = ((signs & 0x80U) << 8U) | (exponent << 7U) | (signs & 0x7fU);
      values[i] = Bf16::decode(static_cast<std::uint16_t>(code));
    }
  }
};

// On the wire: a byte of sign and mantissa for each element, then the packed exponents.
class Bf16Exponent final : public Quantiser {
 public:
  void encode(std::span<const float> values, Encoded& out) override {
    Encoded exponents(values.size());
    std::byte* const rest = grow(out, values.size());
    run<Split>(this_processor(), values.data(), values.size(), rest, exponents.data());
    pack_huffman(exponents, out);
  }
  void decode(std::span<const std::byte> in, std::span<float> values) const override {
    WireReader reader(in);
    const auto rest = reader.take_bytes(values.size());
    Encoded exponents(values.size());
    unpack_huffman(reader.take_bytes(reader.left()), exponents);
    run<Join>(this_processor(), rest.data(), exponents.data(), values.size(), values.data());
  }
};

std::unique_ptr<Quantiser> make(const CodecParameters& /*parameters*/) {
  return std::make_unique<Bf16Exponent>();
}

const Registration<Codec> registration{{
    .name = "bf16_exponent",
    .summary = "bfloat16 with packed exponents: about 11 bits an element; exact for bfloat16",
    .reference = "Zhang et al., DFloat11, arXiv 2504.11651",
    .bound = "as bf16: the larger of |x| / 2^8 and 2^-134; infinity where |x| >= 1.998 * 2^127",
    .parameters = {},
    .make_quantiser = make,
    .fixed_size = false,
}};

}  // namespace
}  // namespace commsim::codec_bf16_exponent
