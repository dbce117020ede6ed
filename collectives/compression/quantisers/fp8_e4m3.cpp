// OFP8 E4M3 with one scale for the tensor. The format has no infinity.
#include <memory>

#include "collectives/compression/scaled_cast_quantiser.hpp"

namespace commsim::codec_fp8_e4m3 {
namespace {

std::unique_ptr<Quantiser> make(const CodecParameters& /*parameters*/) {
  return std::make_unique<ScaledCastQuantiser<Fp8E4M3>>();
}

const Registration<Codec> registration{{
    .name = "fp8_e4m3",
    .summary =
        "8 bits an element with 3 of mantissa, scaled so that max |x| is 448; infinity becomes NaN",
    .reference = "Micikevicius et al., FP8 Formats for Deep Learning, arXiv 2209.05433; OFP8",
    .bound = "the larger of |x| / 2^4, max |x| / 2^18 and 2^-135; NaN for infinity",
    .parameters = {},
    .make_quantiser = make,
}};

}  // namespace
}  // namespace commsim::codec_fp8_e4m3
