// The Burrows-Wheeler transform, which brings bytes with equal contexts together, then moves to the
// front and Huffman codes: bzip2.
#include <bzlib.h>

#include <algorithm>
#include <memory>
#include <new>

#include "collectives/compression/codec.hpp"
#include "collectives/compression/packed_stream.hpp"
#include "core/error.hpp"

namespace commsim::codec_bwt_huffman {
namespace {

class Compressor {
 public:
  explicit Compressor(int hundred_thousands) {
    if (BZ2_bzCompressInit(&stream_, hundred_thousands, 0, 0) != BZ_OK) throw std::bad_alloc();
  }
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;
  ~Compressor() { BZ2_bzCompressEnd(&stream_); }
  bz_stream& stream() { return stream_; }

 private:
  bz_stream stream_{};
};

class Decompressor {
 public:
  Decompressor() {
    if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) throw std::bad_alloc();
  }
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;
  ~Decompressor() { BZ2_bzDecompressEnd(&stream_); }
  bz_stream& stream() { return stream_; }

 private:
  bz_stream stream_{};
};

class BwtHuffman final : public Packer {
 public:
  void pack(std::span<const std::byte> in, Encoded& out) const override {
    // Memory is for whole blocks: no larger ones than the message needs.
    const auto blocks = static_cast<int>(std::min<std::size_t>(9, in.size() / 100'000 + 1));
    Compressor compressor(blocks);
    PackedStream<bz_stream>(in).pack(compressor.stream(), out, [](bz_stream& stream, bool last) {
      const int code = BZ2_bzCompress(&stream, last ? BZ_FINISH : BZ_RUN);
      ensure(code == BZ_RUN_OK || code == BZ_FINISH_OK || code == BZ_STREAM_END,
             "libbz2 cannot pack");
      return code == BZ_STREAM_END;
    });
  }
  void unpack(std::span<const std::byte> in, std::span<std::byte> out) const override {
    Decompressor decompressor;
    PackedStream<bz_stream>(in).unpack(decompressor.stream(), out, [](bz_stream& stream) {
      const int code = BZ2_bzDecompress(&stream);
      if (code == BZ_MEM_ERROR) throw std::bad_alloc();
      if (code != BZ_OK && code != BZ_STREAM_END) {
        throw DecodeError("the message is not of bzip2's format");
      }
      return code == BZ_STREAM_END;
    });
  }
};

std::unique_ptr<Packer> make(const CodecParameters& /*parameters*/) {
  return std::make_unique<BwtHuffman>();
}

const Registration<Codec> registration{{
    .name = "bwt",
    .summary = "the Burrows-Wheeler transform and Huffman codes, on blocks of up to 900,000 bytes",
    .reference = "Burrows and Wheeler, SRC report 124, 1994; bzip2 by libbz2",
    .bound = "0",
    .parameters = {},
    .make_packer = make,
    .fixed_size = false,
}};

}  // namespace
}  // namespace commsim::codec_bwt_huffman
