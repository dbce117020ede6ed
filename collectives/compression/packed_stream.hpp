// The loop that zlib and libbz2 share: both are handed input and room for output in pieces whose
// size is an unsigned int, and say when a stream has ended.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>

#include "collectives/compression/wire.hpp"

namespace commsim {

/// `Stream` has the members next_in, avail_in, next_out and avail_out of zlib and libbz2.
template <typename Stream>
class PackedStream {
 public:
  explicit PackedStream(std::span<const std::byte> in) : in_(in) {}

  /// Calls step(stream, last) until it returns true, and appends what comes out. `last` says that
  /// all input has been handed over.
  template <typename Step>
  void pack(Stream& stream, Encoded& out, const Step& step) {
    constexpr std::size_t kRoom = 1U << 16U;
    for (bool ended = false; !ended;) {
      hand_over_input(stream);
      const std::size_t end = out.size();
      out.resize(end + kRoom);
      give_room(stream, std::span(out).subspan(end));
      ended = step(stream, in_.empty());
      out.resize(out.size() - stream.avail_out);
    }
  }

  /// Calls step(stream) until it returns true, and writes all of `out`. Throws DecodeError if the
  /// stream is longer or shorter than `out`, or `in` than the stream.
  template <typename Step>
  void unpack(Stream& stream, std::span<std::byte> out, const Step& step) {
    std::byte excess{};
    stream.avail_out = 0;
    for (bool ended = false, full = false; !ended;) {
      hand_over_input(stream);
      if (stream.avail_out == 0) {
        // The end may still have to be read. What comes out before it is too much.
        if (full) throw DecodeError("the message unpacks to too many bytes");
        full = out.empty();
        if (full) {
          give_room(stream, std::span(&excess, 1));
        } else {
          out = out.subspan(give_room(stream, out));
        }
      }
      ended = step(stream);
      if (full && stream.avail_out == 0) {
        throw DecodeError("the message unpacks to too many bytes");
      }
      if (ended && (!out.empty() || (!full && stream.avail_out > 0))) {
        throw DecodeError("the message unpacks to too few bytes");
      }
      if (!ended && stream.avail_in == 0 && in_.empty() && stream.avail_out > 0) {
        throw DecodeError("the packed message ends too early");
      }
    }
    if (stream.avail_in > 0 || !in_.empty()) {
      throw DecodeError("the packed message has bytes after its end");
    }
  }

 private:
  static constexpr std::size_t kMost = std::numeric_limits<unsigned>::max() / 2;

  void hand_over_input(Stream& stream) {
    if (stream.avail_in > 0) return;
    const auto piece = in_.first(std::min(in_.size(), kMost));
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): these libraries only read from it
    auto* bytes = const_cast<std::byte*>(piece.data());
    stream.next_in = static_cast<decltype(stream.next_in)>(static_cast<void*>(bytes));
    stream.avail_in = static_cast<unsigned>(piece.size());
    in_ = in_.subspan(piece.size());
  }
  // Returns how much of `room` was given.
  static std::size_t give_room(Stream& stream, std::span<std::byte> room) {
    const std::size_t size = std::min(room.size(), kMost);
    stream.next_out = static_cast<decltype(stream.next_out)>(static_cast<void*>(room.data()));
    stream.avail_out = static_cast<unsigned>(size);
    return size;
  }

  std::span<const std::byte> in_;
};

}  // namespace commsim
