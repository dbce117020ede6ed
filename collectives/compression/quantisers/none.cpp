// Single precision as it is: what every other codec is compared with.
#include <memory>

#include "collectives/compression/codec.hpp"
#include "collectives/compression/elements.hpp"

namespace commsim::codec_none {
namespace {

class None final : public Quantiser {
 public:
  void encode(std::span<const float> values, Encoded& out) override { put_all(out, values); }
  void decode(std::span<const std::byte> in, std::span<float> values) const override {
    WireReader reader(in);
    reader.take_all(values);
    reader.end();
  }
};

std::unique_ptr<Quantiser> make(const CodecParameters& /*parameters*/) {
  return std::make_unique<None>();
}

const Registration<Codec> registration{{
    .name = "none",
    .summary = "single precision as it is: 32 bits an element",
    .reference = "IEEE 754 binary32",
    .bound = "0",
    .parameters = {},
    .make_quantiser = make,
    .linear = true,
}};

}  // namespace
}  // namespace commsim::codec_none
