// Why something happens when it does: the instant, and the chain of causes that leads up to it.
#pragma once

#include <compare>

#include "core/units.hpp"

namespace commsim {

/// The parts of the time that a chain of causes took; what is left to the whole is waiting.
struct PathCost {
  Duration transfer{0};  ///< L / B
  Duration latency{0};   ///< D
  Duration compute{0};

  friend constexpr auto operator<=>(const PathCost&, const PathCost&) = default;
};

/// The latest cause decides. Of several at one instant the one with most transfer on its path does,
/// then the one with most latency, then compute: a rule that knows nothing of the numbers of ranks
/// or of the order in which a simulation comes upon things.
struct Cause {
  SimTime at;
  PathCost path;

  friend constexpr auto operator<=>(const Cause&, const Cause&) = default;
  /// Takes the place of this one if `other` decides.
  constexpr void raise_to(const Cause& other) {
    if (other.at > at || (other.at == at && other.path > path)) *this = other;
  }
};

}  // namespace commsim
