// OFP8 E5M2 with one scale for the tensor.
#include <memory>

#include "collectives/compression/scaled_cast_quantiser.hpp"

namespace commsim::codec_fp8_e5m2 {
namespace {

std::unique_ptr<Quantiser> make(const CodecParameters& /*parameters*/) {
  return std::make_unique<ScaledCastQuantiser<Fp8E5M2>>();
}

const Registration<Codec> registration{{
    .name = "fp8_e5m2",
    .summary = "8 bits an element with 2 of mantissa, scaled so that max |x| is 57344",
    .reference = "Micikevicius et al., FP8 Formats for Deep Learning, arXiv 2209.05433; OFP8",
    .bound = "the larger of |x| / 2^3, max |x| / 2^32 and 2^-142",
    .parameters = {},
    .make_quantiser = make,
}};

}  // namespace
}  // namespace commsim::codec_fp8_e5m2
