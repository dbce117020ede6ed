#include "collectives/programs/ring_program.hpp"

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

void RingProgram::step(Rank participant, int lane, int step, Step& out) const {
  const Ring& ring = rings_[index(lane)];
  const Rank place = ring.place[index(participant)];
  const Rank last = ranks_ - 1;
  const bool reducing = phases_ != RingPhases::kAllGather && step < last;
  const Rank gathered = phases_ == RingPhases::kBoth ? step - last : step;
  Rank sent = reducing ? place - 1 - step : place - gathered;
  if (sent < 0) sent += ranks_;  // cheaper than mod, and enough: it is never below -p
  const Rank received = sent == 0 ? last : sent - 1;
  out.send(ring.order[index(place == last ? 0 : place + 1)], chunk(lane, sent));
  out.receive(ring.order[index(place == 0 ? last : place - 1)], chunk(lane, received),
              reducing ? Combine::kReduce : Combine::kCopy);
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
