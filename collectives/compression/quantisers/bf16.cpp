// The upper half of single precision: its range with 7 bits of mantissa.
#include <memory>

#include "collectives/compression/cast_quantiser.hpp"

namespace commsim::codec_bf16 {
namespace {

std::unique_ptr<Quantiser> make(const CodecParameters& /*parameters*/) {
  return std::make_unique<CastQuantiser<Bf16>>();
}

const Registration<Codec> registration{{
    .name = "bf16",
    .summary = "the upper half of single precision, 16 bits an element",
    .reference = "the type bfloat16; see arXiv 1905.12322",
    .bound = "the larger of |x| / 2^8 and 2^-134; infinity where |x| >= 1.998 * 2^127",
    .parameters = {},
    .make_quantiser = make,
    .linear = true,
    .rounds_sums = true,
}};

}  // namespace
}  // namespace commsim::codec_bf16
