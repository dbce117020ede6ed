// The messages that a step still misses.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/engine/message.hpp"

namespace commsim {

/// A set of senders, each of whom sends one message. Most steps have one; senders of a long list
/// mostly send in the order of their numbers, so that each is found beside the last.
class Expected {
 public:
  [[nodiscard]] bool empty() const { return missing_ == 0; }
  /// Some sender that is missing. REQUIRES: not empty().
  [[nodiscard]] Sender any() const {
    if (many_.empty()) return one_;
    return *std::find_if(many_.begin(), many_.end(), [](Sender e) { return (e & 1) == 0; }) >> 1;
  }

  void clear() {
    if (!many_.empty()) many_.clear();
    missing_ = 0;
    next_ = 0;
  }
  /// REQUIRES: the sender is not in the set, and nobody was taken out since clear().
  void add(Sender sender) {
    if (missing_ == 1) many_.push_back(one_ << 1);
    if (missing_ >= 1) many_.push_back(sender << 1);
    one_ = sender;
    ++missing_;
  }
  /// To be called before the first add() of a step that expects so many at most.
  void reserve(std::size_t senders) {
    if (senders > 1) many_.reserve(senders);
  }
  /// To be called after the last add().
  void seal() {
    if (many_.size() > kFew) sort();
  }
  /// Takes a sender out; false if it is not in the set. O(log size).
  bool take(Sender sender) {
    if (missing_ == 0) return false;
    if (!many_.empty()) return take_of_many(sender << 1);
    if (one_ != sender) return false;
    missing_ = 0;
    return true;
  }

 private:
  static constexpr std::size_t kFew = 8;

  // Many programs go round all ranks, up or down, from the neighbour on: one rotation mends that.
  void sort() {
    if (many_[0] > many_[1]) std::reverse(many_.begin(), many_.end());
    const auto fall = std::is_sorted_until(many_.begin(), many_.end());
    if (fall == many_.end()) return;
    if (std::is_sorted(fall, many_.end()) && many_.back() < many_.front()) {
      std::rotate(many_.begin(), fall, many_.end());
    } else {
      std::sort(many_.begin(), many_.end());
    }
  }

  bool take_of_many(Sender entry) {
    std::size_t place = next_;
    if (place >= many_.size() || many_[place] != entry) {
      const auto found = many_.size() > kFew ? std::lower_bound(many_.begin(), many_.end(), entry)
                                             : std::find(many_.begin(), many_.end(), entry);
      if (found == many_.end() || *found != entry) return false;
      place = static_cast<std::size_t>(found - many_.begin());
    }
    many_[place] |= 1;
    next_ = static_cast<std::uint32_t>(place) + 1;
    --missing_;
    return true;
  }

  Sender one_ = 0;            // the last that was added
  std::vector<Sender> many_;  // if there are several: twice the sender, plus 1 if it is taken
  std::uint32_t missing_ = 0;
  std::uint32_t next_ = 0;  // in many_, behind the one that was taken last
};

}  // namespace commsim
