// What is known of the flows from one participant to others.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/engine/message.hpp"

namespace commsim {

constexpr RouteId kNoRoute = UINT32_MAX;

/// By receiver: a hash table with open addressing and linear probing (Knuth, The Art of Computer
/// Programming, volume 3, 6.4, algorithm L), which never forgets. Once it has a place for each
/// number that was asked for, a receiver's place is its number. One for each sender, since a
/// sender's table stays in the cache while it sends.
class PairTable {
 public:
  struct Pair {
    Rank to = -1;
    std::uint32_t flow = 0;    ///< the first flow that was asked for
    RouteId route = kNoRoute;  ///< of that flow
  };

  /// The entry of a receiver, a fresh one (without a route) if there was none. Amortised O(1).
  /// Valid until the next call.
  Pair& operator[](Rank to) {
    largest_ = std::max(largest_, to);
    const std::size_t most = is_direct_ ? pairs_.size() : pairs_.size() / 4 * 3;
    if (count_ >= most || (is_direct_ && static_cast<std::size_t>(to) >= pairs_.size())) grow();
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
    if (is_direct_) return pairs_[static_cast<std::size_t>(to)];
    constexpr std::uint32_t kGoldenRatio = 2'654'435'769;
    const std::size_t mask = pairs_.size() - 1;
    std::size_t at = (static_cast<std::uint32_t>(to) * std::uint64_t{kGoldenRatio} >> 12U) & mask;
    while (pairs_[at].to >= 0 && pairs_[at].to != to) at = (at + 1) & mask;
    return pairs_[at];
  }
  void grow() {
    std::vector<Pair> old(pairs_.empty() ? kLeast : 2 * pairs_.size());
    old.swap(pairs_);
    is_direct_ = static_cast<std::size_t>(largest_) < pairs_.size();
    for (const Pair& pair : old) {
      if (pair.to >= 0) place(pair.to) = pair;
    }
  }

  std::vector<Pair> pairs_;
  std::size_t count_ = 0;
  Rank largest_ = -1;
  bool is_direct_ = false;
};

}  // namespace commsim
