// What is known of the flows from one participant to others.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/engine/message.hpp"

namespace commsim {

/// By receiver: a hash table with open addressing and linear probing (Knuth, The Art of Computer
/// Programming, volume 3, 6.4, algorithm L), which never forgets. One for each sender, since a
/// sender's table stays in the cache while it sends.
class PairTable {
 public:
  struct Pair {
    Rank to = -1;
    std::uint32_t flow = 0;      ///< the first flow that was asked for
    RouteId route = UINT32_MAX;  ///< of that flow
    RouteId first = UINT32_MAX;  ///< the latest of the routes of the pair; Route::sibling goes on
    std::uint32_t flows = 0;     ///< how many were asked for
  };

  /// The entry of a receiver, a fresh one (flows == 0) if there was none. Amortised O(1). Valid
  /// until the next call.
  Pair& operator[](Rank to) {
    if (4 * (count_ + 1) > 3 * pairs_.size()) grow();
    Pair& pair = place(to);
    if (pair.to < 0) {
      pair.to = to;
      ++count_;
    }
    return pair;
  }

 private:
  static constexpr std::size_t kLeast = 4;

  Pair& place(Rank to) {
    constexpr std::uint32_t kGoldenRatio = 2'654'435'769;
    const std::size_t mask = pairs_.size() - 1;
    std::size_t at = (static_cast<std::uint32_t>(to) * std::uint64_t{kGoldenRatio} >> 12U) & mask;
    while (pairs_[at].to >= 0 && pairs_[at].to != to) at = (at + 1) & mask;
    return pairs_[at];
  }
  void grow() {
    std::vector<Pair> old(pairs_.empty() ? kLeast : 2 * pairs_.size());
    old.swap(pairs_);
    for (const Pair& pair : old) {
      if (pair.to >= 0) place(pair.to) = pair;
    }
  }

  std::vector<Pair> pairs_;
  std::size_t count_ = 0;
};

}  // namespace commsim
