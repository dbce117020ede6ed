// A simulation in which one rank stands for all that are interchangeable with it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/rank_shift.hpp"
#include "sim/engine/message.hpp"
#include "topology/routing.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// Classes of ranks under a commutative group of symmetries of topology and program together, each
/// of which but the identity moves every rank. A class has as many ranks as the group has elements:
/// element g carries the representative of a class to its g-th member. What happens between ranks p
/// and q happens likewise between their images, so one message of each such orbit is simulated.
struct Fold {
  std::vector<Rank> representatives;   ///< by class, ascending
  std::vector<Rank> class_of;          ///< by rank
  std::vector<std::uint32_t> element;  ///< by rank: that carries the representative to it
  std::vector<std::uint32_t> inverse;  ///< by element
  std::vector<LinkId> stands_for;      ///< by link: the first link of its orbit
  std::vector<std::uint32_t> orbit;    ///< by first link of an orbit: how many links it has

  /// How many ranks each class stands for.
  [[nodiscard]] std::int64_t order() const { return static_cast<std::int64_t>(inverse.size()); }
  /// Tells apart the messages from one class to another. A representative sends to its peer q what
  /// it gets, under the same tag, from the peer of whom it is the q.
  [[nodiscard]] Sender tag_of_send(Rank to) const {
    return Sender{element[static_cast<std::size_t>(to)]} << 32U;
  }
  [[nodiscard]] Sender tag_of_receive(Rank from) const {
    return Sender{inverse[element[static_cast<std::size_t>(from)]]} << 32U;
  }
  /// What all messages of an orbit together put on the links that stand for others, as a route:
  /// share / whole of the size of one of them, which may be several times as much.
  [[nodiscard]] PlannedRoute folded(const PlannedRoute& route) const;
};

/// The classes of `ranks` ranks under the group that the shifts generate. `first_of_orbit` is, by
/// link, the first link of its orbit under the symmetries of the graph that go with the shifts.
/// REQUIRES: the period of each shift divides the step of the one before it, so that they commute.
Fold fold_by(Rank ranks, std::span<const RankShift> shifts, std::vector<LinkId> first_of_orbit);

}  // namespace commsim
