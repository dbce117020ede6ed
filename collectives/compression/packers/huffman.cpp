// Huffman codes in the format of raw deflate, whose search for repetitions is off: the bits of a
// byte follow from how often it comes, which takes less than one bit more than the entropy.
#include "collectives/compression/huffman.hpp"

#include <zlib.h>

#include <memory>
#include <new>

#include "collectives/compression/codec.hpp"
#include "collectives/compression/packed_stream.hpp"
#include "core/error.hpp"

namespace commsim {
namespace codec_huffman {
namespace {

constexpr int kRaw = -15;          // neither header nor checksum
constexpr int kLargestBlocks = 9;  // codes for 32768 bytes

class Deflater {
 public:
  Deflater() {
    if (deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kRaw, kLargestBlocks,
                     Z_HUFFMAN_ONLY) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
  ~Deflater() { deflateEnd(&stream_); }
  z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
};

class Inflater {
 public:
  Inflater() {
    if (inflateInit2(&stream_, kRaw) != Z_OK) throw std::bad_alloc();
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }
  z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
};

class Huffman final : public Packer {
 public:
  void pack(std::span<const std::byte> in, Encoded& out) const override { pack_huffman(in, out); }
  void unpack(std::span<const std::byte> in, std::span<std::byte> out) const override {
    unpack_huffman(in, out);
  }
};

std::unique_ptr<Packer> make(const CodecParameters& /*parameters*/) {
  return std::make_unique<Huffman>();
}

const Registration<Codec> registration{{
    .name = "huffman",
    .summary = "Huffman codes for bytes: at most one bit a byte over their entropy",
    .reference = "RFC 1951 without repetitions, by zlib",
    .bound = "0",
    .parameters = {},
    .make_packer = make,
    .fixed_size = false,
}};

}  // namespace
}  // namespace codec_huffman

void pack_huffman(std::span<const std::byte> in, Encoded& out) {
  codec_huffman::Deflater deflater;
  PackedStream<z_stream>(in).pack(deflater.stream(), out, [](z_stream& stream, bool last) {
    const int code = deflate(&stream, last ? Z_FINISH : Z_NO_FLUSH);
    ensure(code == Z_OK || code == Z_STREAM_END, "zlib cannot pack");
    return code == Z_STREAM_END;
  });
}

void unpack_huffman(std::span<const std::byte> in, std::span<std::byte> out) {
  codec_huffman::Inflater inflater;
  PackedStream<z_stream>(in).unpack(inflater.stream(), out, [](z_stream& stream) {
    const int code = inflate(&stream, Z_NO_FLUSH);
    if (code == Z_MEM_ERROR) throw std::bad_alloc();
    // No progress is no error: the caller sees whether there is anything left to do it with.
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
      throw DecodeError("the message is no Huffman code");
    }
    return code == Z_STREAM_END;
  });
}

}  // namespace commsim
