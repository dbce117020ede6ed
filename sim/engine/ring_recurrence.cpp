#include "sim/engine/ring_recurrence.hpp"

#include <algorithm>

#include "core/index.hpp"
#include "sim/engine/ring_kernel.hpp"

namespace commsim {

bool RingRecurrence::start(const RingRun& run, std::span<const RingHop> hops,
                           std::span<const RingCause> begin) {
  places_ = run.order.size();
  steps_left_ = run.steps;
  first_ = slot_of(run.chunk_of(places_ - 1, 0));
  late_departures_ = 0;
  at_.resize(places_ + 1);
  transfer_.resize(places_ + 1);
  latency_.resize(places_ + 1);
  for (std::size_t i = 0; i < places_; ++i) {
    const std::size_t slot = slot_of(i);
    at_[slot] = begin[i].at;
    transfer_[slot] = begin[i].transfer;
    latency_[slot] = begin[i].latency;
  }
  find_stretches(run.chunks);
  return sizes_.size() <= kMostSizes && price(hops);
}

void RingRecurrence::find_stretches(std::span<const Bytes> chunks) {
  sizes_.clear();
  stretches_.clear();
  for (std::size_t c = 0; c < chunks.size() && sizes_.size() <= kMostSizes; ++c) {
    const Bytes chunk = chunks[chunks.size() - 1 - c];
    const auto known = std::find(sizes_.begin(), sizes_.end(), chunk);
    const std::size_t size = index(known - sizes_.begin());
    if (known == sizes_.end()) sizes_.push_back(chunk);
    if (stretches_.empty() || stretches_.back().size != size) stretches_.push_back({c, c, size});
    ++stretches_.back().end;
  }
}

// No step takes more than the longest wire time and latency together, whatever waits for what.
bool RingRecurrence::price(std::span<const RingHop> hops) {
  queues_ = std::any_of(hops.begin(), hops.end(),
                        [](const RingHop& hop) { return hop.entry != hop.narrowest; });
  wire_by_size_.clear();
  entry_by_size_.clear();
  hop_latency_.clear();
  through_.assign(places_ + 1, 0);
  std::int64_t longest = 0;
  std::int64_t farthest = 0;
  // The last place has slot 0, which is also behind the others.
  const auto hop_of = [&](std::size_t slot) { return hops[slot_of(slot % places_)]; };
  for (const Bytes size : sizes_) {
    for (std::size_t slot = 0; slot <= places_; ++slot) {
      const RingHop& hop = hop_of(slot);
      wire_by_size_.push_back((size / hop.narrowest).count());
      if (queues_) entry_by_size_.push_back((size / hop.entry).count());
      longest = std::max(longest, wire_by_size_.back());
    }
  }
  for (std::size_t slot = 0; slot <= places_; ++slot) {
    hop_latency_.push_back(hop_of(slot).latency.count());
    farthest = std::max(farthest, hop_latency_.back());
  }
  const std::int64_t latest = *std::max_element(at_.begin(), at_.end() - 1);
  const Int128 step = Int128{longest} + farthest;
  return latest + step * (Int128{steps_left_} + 1) <= Int128{INT64_MAX};
}

const std::int64_t* RingRecurrence::in_step(const std::vector<std::int64_t>& table,
                                            std::vector<std::int64_t>& wires) const {
  if (sizes_.size() == 1) return table.data();
  wires.resize(places_ + 1);
  auto stretch = std::upper_bound(stretches_.begin(), stretches_.end(), first_,
                                  [](std::size_t c, const Stretch& s) { return c < s.end; });
  std::size_t chunk = first_;
  for (std::size_t slot = 0; slot <= places_;) {
    const std::size_t count = std::min(stretch->end - chunk, places_ + 1 - slot);
    const std::int64_t* from = table.data() + stretch->size * (places_ + 1) + slot;
    std::copy_n(from, count, wires.data() + slot);
    slot += count;
    if (++stretch == stretches_.end()) stretch = stretches_.begin();
    chunk = stretch->begin;
  }
  return wires.data();
}

void RingRecurrence::step() {
  at_[places_] = at_[0];
  transfer_[places_] = transfer_[0];
  latency_[places_] = latency_[0];
  RingStep step{.slots = places_,
                .wires = in_step(wire_by_size_, wires_),
                .hop_latency = hop_latency_.data(),
                .at = at_.data(),
                .transfer = transfer_.data(),
                .latency = latency_.data()};
  --steps_left_;
  if (queues_) {
    step.entries = in_step(entry_by_size_, entries_);
    step.through = through_.data();
  } else if (steps_left_ == 0) {
    for (std::size_t i = 0; i < places_; ++i) through_[i] = at_[i] + step.wires[i];
  }
  late_departures_ += ring_step(step);
  first_ = first_ + 1 == places_ ? 0 : first_ + 1;
}

}  // namespace commsim
