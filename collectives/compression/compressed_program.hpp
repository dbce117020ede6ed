// A collective whose data travel encoded: its schedule, with the time that codecs take.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "collectives/algorithm.hpp"
#include "collectives/compression/exchange.hpp"

namespace commsim {

/// What a simulation must know of a codec on some tensor, all of it measured or stated elsewhere.
struct Coding {
  Exchange exchange = Exchange::kAllReduce;
  double bits = 32;                 ///< of an element on the wire, with scales, indices and headers
  std::optional<Bandwidth> encode;  ///< single-precision bytes in a second, of one rank; or free
  std::optional<Bandwidth> decode;  ///< likewise, with adding to a sum
  int rounds = 1;   ///< of all-reduces, one after another; the data are halved between them
  Bytes agreed{0};  ///< that an all-reduce must settle first: a scale for all ranks
  std::optional<Bytes> chunk;  ///< of the call's size: pieces, coded while others travel
  std::string gather;  ///< all_gather algorithm of all_gather, two_shot and per_hop; empty: ring

  friend bool operator==(const Coding&, const Coding&) = default;
};

/// Bytes of `size` bytes of such elements on the wire, rounded up.
Bytes wire_size(const Coding& coding, Bytes size, Bytes element);

/// The schedule of `call` by `algorithm`, with its data encoded: all_reduce and reduce_scatter in
/// the way that coding.exchange says; of all_gather, all_to_all and send_recv what a rank sends is
/// encoded once and decoded where it arrives. With another exchange than all_reduce the sums have a
/// schedule of their own, and `algorithm` is not used. Steps count wire bytes. Throws RequestError
/// for other collectives, and as the algorithms do.
std::unique_ptr<Program> compressed_program(const Algorithm& algorithm, const CollectiveCall& call,
                                            const Coding& coding);

/// How long a rank computes in that: encoding, and decoding.
struct CodingTime {
  Duration encode{0};
  Duration decode{0};

  [[nodiscard]] constexpr Duration both() const { return encode + decode; }
};
CodingTime coding_time(const Algorithm& algorithm, const CollectiveCall& call,
                       const Coding& coding);

/// Throws RequestError with the legal ones if data of that collective, or pattern, are not
/// compressed.
void refuse_uncompressible(const CollectiveCall& call);

}  // namespace commsim
