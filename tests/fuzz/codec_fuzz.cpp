// Whatever the bytes of a message, each codec decodes it to numbers or throws DecodeError. The
// first byte picks the chain, the second the number of elements.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "collectives/compression/chain.hpp"

namespace {

using commsim::Codec;
using commsim::CodecChain;
using commsim::CodecStage;

// Each codec alone, and each reducer under a packer.
std::vector<CodecChain>& chains() {
  static std::vector<CodecChain> all = [] {
    std::vector<CodecChain> made;
    const CodecStage zstd{&commsim::Registry<Codec>::get("zstd", "codec"), {}};
    for (const Codec* codec : commsim::Registry<Codec>::entries()) {
      CodecStage stage{codec, {}};
      stage.parameters.threshold = 1;
      stage.parameters.scale = 1;
      made.emplace_back(std::vector{stage});
      if (codec->make_reducer != nullptr) made.emplace_back(std::vector{stage, zstd});
    }
    return made;
  }();
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const CodecChain& chain = chains()[data[0] % chains().size()];
  const std::int64_t columns = data[1] % 16;
  const commsim::TensorShape shape{.rows = 1 + data[1] / 16, .columns = columns};
  std::vector<float> values(static_cast<std::size_t>(shape.elements()));
  try {
    chain.decode(std::as_bytes(std::span(data, size).subspan(2)), shape, values);
  } catch (const commsim::DecodeError&) {
    // The only refusal that is allowed; anything else ends the process.
  }
  return 0;
}
