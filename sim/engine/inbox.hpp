// Messages that came before their step: the oldest of a sender is taken first.
#pragma once

#include <boost/functional/hash.hpp>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sim/engine/cause.hpp"
#include "sim/engine/message.hpp"

namespace commsim {

/// The early messages of all lanes, in one pool. Amortised O(1): a lane has a short list, and what
/// does not fit there is looked up by sender.
class Inbox {
 public:
  /// The early messages of one lane.
  struct Box {
    Sender only_sender = kNobody;  // of the oldest, if nothing was put in before it
    Cause only;
    std::uint32_t first = kNone;
    std::uint32_t last = kNone;
    std::uint32_t listed = 0;
    std::uint32_t indexed = 0;
  };

  void put(Box& box, LaneId receiver, Sender sender, const Cause& arrival) {
    if (box.only_sender == kNobody && box.listed + box.indexed == 0) {
      box.only_sender = sender;
      box.only = arrival;
      return;
    }
    const std::uint32_t entry = allocate({arrival, sender, kNone});
    // What is listed is older than what is indexed, so nothing may overtake the latter.
    if (box.listed < kMostListed && box.indexed == 0) {
      append(box, entry);
      ++box.listed;
    } else {
      append(index_[{receiver, sender}], entry);
      ++box.indexed;
    }
  }

  /// Takes the oldest message of a sender; false if there is none.
  bool take(Box& box, LaneId receiver, Sender sender, Cause& arrival) {
    if (box.only_sender == sender) {
      box.only_sender = kNobody;
      arrival = box.only;
      return true;
    }
    return box.listed + box.indexed > 0 && take_other(box, receiver, sender, arrival);
  }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  static constexpr Sender kNobody = UINT64_MAX;
  static constexpr std::uint32_t kMostListed = 8;
  struct Entry {
    Cause arrival;
    Sender sender = 0;
    std::uint32_t next = kNone;
  };

  bool take_other(Box& box, LaneId receiver, Sender sender, Cause& arrival) {
    std::uint32_t before = kNone;
    for (std::uint32_t id = box.first; id != kNone; before = id, id = entries_[id].next) {
      if (entries_[id].sender != sender) continue;
      const std::uint32_t next = entries_[id].next;
      (before == kNone ? box.first : entries_[before].next) = next;
      if (box.last == id) box.last = before;
      --box.listed;
      arrival = release(id);
      return true;
    }
    if (box.indexed == 0) return false;
    const auto place = index_.find({receiver, sender});
    if (place == index_.end()) return false;
    Box& indexed = place->second;
    const std::uint32_t id = indexed.first;
    indexed.first = entries_[id].next;
    if (indexed.first == kNone) index_.erase(place);
    --box.indexed;
    arrival = release(id);
    return true;
  }

  std::uint32_t allocate(const Entry& entry) {
    if (free_ == kNone) {
      ensure(entries_.size() < kNone, "messages that wait have 32-bit numbers");
      entries_.push_back(entry);
      return static_cast<std::uint32_t>(entries_.size() - 1);
    }
    const std::uint32_t id = free_;
    free_ = entries_[id].next;
    entries_[id] = entry;
    return id;
  }
  const Cause& release(std::uint32_t id) {
    entries_[id].next = free_;
    free_ = id;
    return entries_[id].arrival;
  }
  void append(Box& box, std::uint32_t entry) {
    (box.first == kNone ? box.first : entries_[box.last].next) = entry;
    box.last = entry;
  }

  std::vector<Entry> entries_;
  std::uint32_t free_ = kNone;
  std::unordered_map<std::pair<LaneId, Sender>, Box, boost::hash<std::pair<LaneId, Sender>>> index_;
};

}  // namespace commsim
