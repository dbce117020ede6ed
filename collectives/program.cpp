#include "collectives/program.hpp"

#include "core/error.hpp"

namespace commsim {

void Step::add_range(Transfer& last, const Range& range) {
  last.size += range.size();
  if (ignores_data_) return;
  ensure(last.first + last.ranges == ranges_.size(), "the ranges of a transfer are added together");
  ++last.ranges;
  ranges_.push_back(range);
}

void Step::send_more(Range range) { add_range(sends_.back(), range); }

void Step::receive_more(Range range) { add_range(receives_.back(), range); }

void Step::move_ranges(Mark since, Bytes data, Bytes scratch) {
  const auto move = [&](Range& range) {
    range.offset += range.buffer == Buffer::kScratch ? scratch : data;
  };
  for (std::size_t i = since.ranges; i < ranges_.size(); ++i) move(ranges_[i]);
  for (std::size_t i = since.copies; i < copies_.size(); ++i) {
    move(copies_[i].from);
    move(copies_[i].to);
  }
}

void Step::shift_lanes(Mark since, int by) {
  const auto shift = [by](Transfer& transfer) {
    if (transfer.lane != kSameLane) transfer.lane += by;
  };
  for (std::size_t i = since.sends; i < sends_.size(); ++i) shift(sends_[i]);
  for (std::size_t i = since.receives; i < receives_.size(); ++i) shift(receives_[i]);
  for (std::size_t i = since.waits; i < waits_.size(); ++i) waits_[i].lane += by;
}

}  // namespace commsim
