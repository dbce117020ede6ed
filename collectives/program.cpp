#include "collectives/program.hpp"

namespace commsim {

void Step::send_more(Range range) {
  ++sends_.back().ranges;
  sends_.back().size += range.size();
  ranges_.push_back(range);
}

void Step::receive_more(Range range) {
  ++receives_.back().ranges;
  receives_.back().size += range.size();
  ranges_.push_back(range);
}

void Step::rename_peers(Mark since, std::span<const Rank> names) {
  for (std::size_t i = since.sends; i < sends_.size(); ++i) {
    sends_[i].peer = names[static_cast<std::size_t>(sends_[i].peer)];
  }
  for (std::size_t i = since.receives; i < receives_.size(); ++i) {
    receives_[i].peer = names[static_cast<std::size_t>(receives_[i].peer)];
  }
}

void Step::move_output(Mark since, Bytes by) {
  for (std::size_t i = since.ranges; i < ranges_.size(); ++i) ranges_[i].offset += by;
}

void Step::shift_waits(Mark since, int lanes, int steps) {
  for (std::size_t i = since.waits; i < waits_.size(); ++i) {
    waits_[i].lane += lanes;
    waits_[i].step += steps;
  }
}

}  // namespace commsim
