// Messages on their way, in a pool that grows to the most that were ever in flight at once.
#pragma once

#include <cstdint>
#include <vector>

#include "core/error.hpp"
#include "core/units.hpp"
#include "sim/engine/cause.hpp"

namespace commsim {

using Rank = std::int32_t;
using MessageId = std::uint32_t;
using RouteId = std::uint32_t;
using LaneId = std::uint32_t;  ///< participant * lanes + lane

constexpr MessageId kNoMessage = UINT32_MAX;

/// Who sent a message, for the receiver to tell it from others: the lane of the sender in the low
/// 32 bits, and in the high ones which of several that a folded run keeps apart (Fold::tag).
using Sender = std::uint64_t;

constexpr LaneId lane_of(Sender sender) { return static_cast<LaneId>(sender); }

struct Message {
  Sender sender = 0;
  LaneId receiver = 0;
  RouteId route = 0;
  Bytes size;
  SimTime sent;
  SimTime tail;                 ///< link_fifo: when the last byte reached the present device
  PathCost path;                ///< of the chain of causes that ends with its arrival
  std::uint32_t hop = 0;        ///< link_fifo: index of the next link on the route
  MessageId next = kNoMessage;  ///< free list
};

/// Slots are reused, the last freed first.
class MessagePool {
 public:
  MessageId allocate() {
    if (free_ == kNoMessage) {
      ensure(messages_.size() < kNoMessage, "messages in flight have 32-bit numbers");
      messages_.emplace_back();
      return static_cast<MessageId>(messages_.size() - 1);
    }
    const MessageId id = free_;
    free_ = messages_[id].next;
    messages_[id].next = kNoMessage;
    return id;
  }
  void release(MessageId id) {
    messages_[id].next = free_;
    free_ = id;
  }
  Message& operator[](MessageId id) { return messages_[id]; }
  const Message& operator[](MessageId id) const { return messages_[id]; }

 private:
  std::vector<Message> messages_;
  MessageId free_ = kNoMessage;
};

}  // namespace commsim
