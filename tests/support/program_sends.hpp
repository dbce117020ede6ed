// Counts what a program sends.
#pragma once

#include "collectives/program.hpp"

namespace commsim::sends {

/// Calls visit(sender, lane, step, transfer) for every message.
template <typename Visit>
void for_each(const Program& program, Visit visit) {
  Step step;
  for (Rank r = 0; r < program.participants(); ++r) {
    for (int lane = 0; lane < program.lanes(); ++lane) {
      for (int s = 0; s < program.steps(r, lane); ++s) {
        step.clear();
        program.step(r, lane, s, step);
        for (const Transfer& transfer : step.sends()) visit(r, lane, s, transfer);
      }
    }
  }
}

/// The bytes of all messages from a to b that counts(a, b) lets through.
template <typename Counts>
std::int64_t bytes(const Program& program, Counts counts) {
  std::int64_t sum = 0;
  for_each(program, [&](Rank from, int, int, const Transfer& transfer) {
    if (counts(from, transfer.peer)) sum += transfer.size.count();
  });
  return sum;
}

/// What a participant sends, and what it receives.
inline std::int64_t leaving(const Program& program, Rank rank) {
  return bytes(program, [rank](Rank from, Rank) { return from == rank; });
}
inline std::int64_t entering(const Program& program, Rank rank) {
  return bytes(program, [rank](Rank, Rank to) { return to == rank; });
}

}  // namespace commsim::sends
