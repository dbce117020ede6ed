// Integers from -7 to 7 times the scale of their block.
#include <memory>

#include "collectives/compression/block_quantiser.hpp"

namespace commsim::codec_int4 {
namespace {

std::unique_ptr<Quantiser> make(const CodecParameters& parameters) {
  return std::make_unique<BlockQuantiser<NibbleCodes>>(parameters, 128);
}

const Registration<Codec> registration{{
    .name = "int4",
    .summary = "integers times the scale of their block: 4 bits an element and 32 a block of 128",
    .reference = "Wang et al., ZeRO++, arXiv 2306.10209, with a symmetric linear code",
    .bound =
        "the larger of max |x| of the block / 13.99 and 2^-126; NaN in blocks with NaN or infinity",
    .parameters = {"block"},
    .make_quantiser = make,
}};

}  // namespace
}  // namespace commsim::codec_int4
