// Repetitions and finite state entropy: Zstandard.
#include <zstd.h>

#include <memory>
#include <new>
#include <string>

#include "collectives/compression/codec.hpp"
#include "collectives/compression/parameter_range.hpp"
#include "core/error.hpp"

namespace commsim::codec_zstd {
namespace {

class Zstd final : public Packer {
 public:
  explicit Zstd(int level) : level_(level) {}

  void pack(std::span<const std::byte> in, Encoded& out) const override {
    const std::size_t end = out.size();
    out.resize(end + ZSTD_compressBound(in.size()));
    const std::size_t size =
        ZSTD_compress(out.data() + end, out.size() - end, in.data(), in.size(), level_);
    if (ZSTD_isError(size) != 0) throw std::bad_alloc();  // the room suffices
    out.resize(end + size);
  }
  void unpack(std::span<const std::byte> in, std::span<std::byte> out) const override {
    std::byte nothing{};
    const std::size_t size =
        ZSTD_decompress(out.empty() ? &nothing : out.data(), out.size(), in.data(), in.size());
    if (ZSTD_isError(size) != 0) {
      throw DecodeError(std::string("the message does not unpack: ") + ZSTD_getErrorName(size));
    }
    if (size != out.size()) {
      throw DecodeError("the message unpacks to " + std::to_string(size) + " bytes and not to " +
                        std::to_string(out.size()));
    }
  }

 private:
  int level_;
};

std::unique_ptr<Packer> make(const CodecParameters& parameters) {
  return std::make_unique<Zstd>(static_cast<int>(in_range(parameters.level, "level", 3, 1, 19)));
}

const Registration<Codec> registration{{
    .name = "zstd",
    .summary = "Zstandard, with the effort of a level from 1 to 19",
    .reference = "RFC 8878, by libzstd",
    .bound = "0",
    .parameters = {"level"},
    .make_packer = make,
    .fixed_size = false,
}};

}  // namespace
}  // namespace commsim::codec_zstd
