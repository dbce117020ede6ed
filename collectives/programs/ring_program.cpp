#include "collectives/programs/ring_program.hpp"

#include <algorithm>

#include "collectives/call_options.hpp"
#include "collectives/programs/ring_order.hpp"
#include "core/index.hpp"

namespace commsim {
RingProgram::RingProgram(RingPhases phases, Bytes size, Bytes element,
                         const std::vector<std::vector<Rank>>& orders)
    : phases_(phases),
      ranks_(static_cast<Rank>(orders.front().size())),
      shards_(size, ranks_, element),
      long_shard_(shards_.longest(), static_cast<std::int64_t>(orders.size()), element),
      short_shard_(shards_.length(ranks_ - 1), static_cast<std::int64_t>(orders.size()), element) {
  const Partition slices(size, static_cast<std::int64_t>(orders.size()), element);
  for (const std::vector<Rank>& order : orders) {
    const auto c = static_cast<std::int64_t>(rings_.size());
    Ring& ring = rings_.emplace_back(Ring{.order = order,
                                          .place = std::vector<Rank>(order.size()),
                                          .offset = slices.offset(c),
                                          .chunks = {slices.length(c), ranks_, element}});
    for (Rank i = 0; i < ranks_; ++i) ring.place[index(order[index(i)])] = i;
  }
}

int RingProgram::steps(Rank /*participant*/, int /*lane*/) const {
  return (ranks_ - 1) * (phases_ == RingPhases::kBoth ? 2 : 1);
}

Range RingProgram::chunk(int ring, Rank place) const {
  const Ring& at = rings_[index(ring)];
  if (phases_ == RingPhases::kBoth) {
    return {.offset = at.offset + at.chunks.offset(place), .length = at.chunks.length(place)};
  }
  const Rank shard = at.order[index(place)];
  const Partition& slices = shards_.length(shard) == shards_.longest() ? long_shard_ : short_shard_;
  return {.offset = shards_.offset(shard) + slices.offset(ring), .length = slices.length(ring)};
}

Rank RingProgram::sent_chunk(Rank place, int step) const {
  const Rank last = ranks_ - 1;
  const bool reducing = phases_ != RingPhases::kAllGather && step < last;
  const Rank gathered = phases_ == RingPhases::kBoth ? step - last : step;
  const Rank sent = reducing ? place - 1 - step : place - gathered;
  return sent < 0 ? sent + ranks_ : sent;  // cheaper than mod, and enough: it is never below -p
}

bool RingProgram::send_receive(Rank participant, int lane, int step, SendReceive& out) const {
  const Ring& ring = rings_[index(lane)];
  const Rank place = ring.place[index(participant)];
  const Rank last = ranks_ - 1;
  out = {.to = ring.order[index(place == last ? 0 : place + 1)],
         .from = ring.order[index(place == 0 ? last : place - 1)],
         .size = chunk(lane, sent_chunk(place, step)).length};
  return true;
}

bool RingProgram::visit_runs(RingRunVisitor& out) const {
  const int all = steps(0, 0);
  if (all == 0) return true;
  std::vector<Bytes> chunks(rings_.front().order.size());
  for (int c = 0; c < lanes(); ++c) {
    for (Rank i = 0; i < ranks_; ++i) chunks[index(i)] = chunk(c, i).length;
    // The all-gather of kBoth goes on with the chunks where its reduce-scatter ends.
    if (!out.run({.lane = c,
                  .steps = all,
                  .order = rings_[index(c)].order,
                  .chunks = chunks,
                  .first = sent_chunk(0, 0)})) {
      return false;
    }
  }
  return true;
}

void RingProgram::step(Rank participant, int lane, int step, Step& out) const {
  const Ring& ring = rings_[index(lane)];
  const Rank place = ring.place[index(participant)];
  const Rank last = ranks_ - 1;
  const bool reducing = phases_ != RingPhases::kAllGather && step < last;
  const Rank sent = sent_chunk(place, step);
  const Rank received = sent == 0 ? last : sent - 1;
  out.send(ring.order[index(place == last ? 0 : place + 1)], chunk(lane, sent));
  out.receive(ring.order[index(place == 0 ? last : place - 1)], chunk(lane, received),
              reducing ? Combine::kReduce : Combine::kCopy);
}

bool RingProgram::has_equal_chunks() const {
  if (phases_ != RingPhases::kBoth) return shards_.longer() == 0;
  return std::ranges::all_of(rings_, [](const Ring& ring) { return ring.chunks.longer() == 0; });
}

bool RingProgram::looks_like(const Program& other, std::span<const Rank> image) const {
  const auto* that = dynamic_cast<const RingProgram*>(&other);
  if (that == nullptr || that->phases_ != phases_ || that->ranks_ != ranks_ ||
      that->rings_.size() != rings_.size() || !has_equal_chunks() || !that->has_equal_chunks()) {
    return false;
  }
  for (std::size_t c = 0; c < rings_.size(); ++c) {
    const Ring& ring = rings_[c];
    const Ring& to = that->rings_[c];
    const int lane = static_cast<int>(c);
    if (chunk(lane, 0).length != that->chunk(lane, 0).length) return false;
    for (std::size_t i = 0; i < ring.order.size(); ++i) {
      const Rank next = ring.order[i + 1 < ring.order.size() ? i + 1 : 0];
      const Rank place = to.place[index(image[index(ring.order[i])])];
      const Rank next_place = to.place[index(image[index(next)])];
      if (next_place != (place + 1 < ranks_ ? place + 1 : 0)) return false;
    }
  }
  return true;
}

std::unique_ptr<Program> make_ring(RingPhases phases, const CollectiveCall& call) {
  return std::make_unique<RingProgram>(phases, call.size, call.element, ring_orders(call));
}

std::optional<Duration> ring_time(RingPhases phases, const CollectiveCall& call,
                                  AlphaBetaCost inner, AlphaBetaCost outer) {
  const RingProgram program(phases, call.size, call.element, ring_orders(call));
  const auto cost = uniform_cost(call.layout, inner, outer);
  if (!cost) return std::nullopt;
  return program.steps(0, 0) * cost->message(program.longest_chunk());
}

}  // namespace commsim
