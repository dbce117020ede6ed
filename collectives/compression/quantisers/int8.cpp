// Integers from -127 to 127 times the scale of their block.
#include <memory>

#include "collectives/compression/block_quantiser.hpp"

namespace commsim::codec_int8 {
namespace {

std::unique_ptr<Quantiser> make(const CodecParameters& parameters) {
  return std::make_unique<BlockQuantiser<ByteCodes>>(parameters, 256);
}

const Registration<Codec> registration{{
    .name = "int8",
    .summary = "integers times the scale of their block: 8 bits an element and 32 a block of 256",
    .reference = "Dettmers et al., 8-bit Optimizers via Block-wise Quantization, arXiv 2110.02861, "
                 "with a symmetric linear code",
    .bound =
        "the larger of max |x| of the block / 253 and 2^-126; NaN in blocks with NaN or infinity",
    .parameters = {"block"},
    .make_quantiser = make,
}};

}  // namespace
}  // namespace commsim::codec_int8
