// Who sends to whom in send_recv. In every pattern the peers of a rank are neighbours on the circle
// of ranks, so that a pattern needs no table.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "collectives/program.hpp"

namespace commsim {

enum class SendPattern : std::uint8_t { kPair, kShift, kManyToOne, kManyToMany };

/// Ranks first, first + 1, ..., mod the number of ranks; `count` of them.
struct PeerArc {
  Rank first = 0;
  Rank count = 0;

  [[nodiscard]] constexpr Rank peer(Rank i, Rank ranks) const {
    const Rank at = first + i;
    return at < ranks ? at : at - ranks;
  }
};

/// The pattern of that name, `pair` if there is none; throws RequestError with the legal ones, and
/// for `pair` if there are fewer than two ranks.
SendPattern send_pattern(const std::optional<std::string>& name, Rank ranks);

PeerArc receivers(SendPattern pattern, Rank sender, Rank ranks);
PeerArc senders(SendPattern pattern, Rank receiver, Rank ranks);

}  // namespace commsim
