// Messages that arrive at one instant, as one event of the queue.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "sim/engine/message.hpp"

namespace commsim {

/// A message joins the batch that was added to last, if it arrives at that instant: those that set
/// off together, or end together, mostly come one after the other.
class ArrivalBatches {
 public:
  /// The number of a new batch, for which an event is needed; nothing if the message joins one.
  std::optional<std::uint32_t> add(MessageId id, SimTime at) {
    if (last_ != kNone && at_ == at) {
      batches_[last_].push_back(id);
      return std::nullopt;
    }
    if (unused_.empty()) {
      unused_.push_back(static_cast<std::uint32_t>(batches_.size()));
      batches_.emplace_back();
    }
    last_ = unused_.back();
    unused_.pop_back();
    at_ = at;
    batches_[last_].push_back(id);
    return last_;
  }
  /// Takes out a batch, to be called when it arrives.
  std::vector<MessageId> take(std::uint32_t batch) {
    if (batch == last_) last_ = kNone;
    unused_.push_back(batch);
    return std::exchange(batches_[batch], {});
  }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  std::vector<std::vector<MessageId>> batches_;
  std::vector<std::uint32_t> unused_;
  std::uint32_t last_ = kNone;
  SimTime at_{};
};

}  // namespace commsim
