#include "collectives/programs/pat_program.hpp"

#include <algorithm>

#include "collectives/call_options.hpp"
#include "collectives/logarithm.hpp"

namespace commsim {
namespace {

int aggregated_levels(const CollectiveCall& call, const Shards& shards, int levels) {
  const Bytes buffer = std::max<std::int64_t>(4_MiB / call.element, 1) * call.element;
  std::ignore = pieces_of(call.size, call, buffer);  // refuses a chunk that is none
  const std::int64_t fit =
      call.chunk.value_or(buffer) / std::max(shards.parts().longest(), Bytes{1});
  int far = 0;
  while (far + 1 < levels && (std::int64_t{2} << far) <= fit) ++far;
  return far;
}

// Place `at` of the binomial tree of `places` if each place is followed by its farthest subtree.
Rank place_in_order(Rank places, Rank at) {
  Rank place = 0;
  for (int level = ceil_lg(places) - 1; at > 0; --level) {
    const Rank child = place + (1 << level);
    const Rank subtree = std::clamp(places - child, 0, 1 << level);
    if (at <= subtree) {
      place = child;
      at -= 1;
    } else {
      at -= subtree;
    }
  }
  return place;
}

}  // namespace

PatProgram::PatProgram(const CollectiveCall& call, bool reduces)
    : shards_(call.size, call.layout.ranks(), call.element),
      levels_(ceil_lg(call.layout.ranks())),
      far_(aggregated_levels(call, shards_, levels_)),
      reduces_(reduces) {}

PatProgram::Message PatProgram::message(int step) const {
  if (step < far_) {
    const Rank distance = 1 << (levels_ - 1 - step);
    return {.distance = distance, .first = distance, .stride = 2 * distance};
  }
  const Rank y = place_in_order(near_places(), step - far_ + 1);
  return {.distance = 1 << lowest_bit_number(y), .first = y, .stride = 1 << (levels_ - far_)};
}

Rank PatProgram::shards_in(int step) const {
  const Message sent = message(step);
  return (shards_.ranks() - 1 - sent.first) / sent.stride + 1;
}

void PatProgram::step(Rank r, int /*lane*/, int step, Step& out) const {
  const Rank p = shards_.ranks();
  const int forward = reduces_ ? steps(r, 0) - 1 - step : step;
  const Message sent = message(forward);
  const Rank count = shards_in(forward);
  const auto wrapped = [p](Rank rank) { return rank >= 0 ? rank : rank + p; };
  // The shards that reach `receiver`: those of receiver - x, the largest x first.
  const auto run = [&](Rank receiver) {
    return ShardRun{.first = wrapped(receiver - sent.first - (count - 1) * sent.stride),
                    .count = count,
                    .stride = sent.stride};
  };
  const Rank further = (r + sent.distance) % p;
  const Rank nearer = wrapped(r - sent.distance);
  shards_.send(reduces_ ? nearer : further, run(reduces_ ? r : further), out);
  shards_.receive(reduces_ ? further : nearer, run(reduces_ ? further : r),
                  reduces_ ? Combine::kReduce : Combine::kCopy, out);
}

std::optional<Duration> pat_time(const CollectiveCall& call, AlphaBetaCost inner,
                                 AlphaBetaCost outer) {
  const PatProgram program(call, false);
  const auto cost = uniform_cost(call.layout, inner, outer);
  if (!cost || call.size / call.element % call.layout.ranks() != 0) return std::nullopt;
  const Bytes shard = Partition(call.size, call.layout.ranks(), call.element).longest();
  Duration time{0};
  for (int step = 0; step < program.steps(0, 0); ++step) {
    time += cost->message(shard * program.shards_in(step));
  }
  return time;
}

}  // namespace commsim
