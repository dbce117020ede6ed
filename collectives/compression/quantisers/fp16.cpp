// Half precision: 5 bits of exponent, 10 of mantissa. Sums of messages round at each hop.
#include <memory>

#include "collectives/compression/cast_quantiser.hpp"

namespace commsim::codec_fp16 {
namespace {

std::unique_ptr<Quantiser> make(const CodecParameters& /*parameters*/) {
  return std::make_unique<CastQuantiser<Fp16>>();
}

const Registration<Codec> registration{{
    .name = "fp16",
    .summary = "half precision, 16 bits an element; overflows to infinity from 65520 on",
    .reference = "IEEE 754 binary16",
    .bound = "the larger of |x| / 2^11 and 2^-25; infinity where |x| >= 65520",
    .parameters = {},
    .make_quantiser = make,
    .linear = true,
    .rounds_sums = true,
}};

}  // namespace
}  // namespace commsim::codec_fp16
