#include "collectives/programs/torus_program.hpp"

#include <algorithm>

#include "collectives/call_options.hpp"
#include "collectives/programs/range_joiner.hpp"
#include "core/index.hpp"

namespace commsim {
TorusProgram::TorusProgram(RingPhases phases, Bytes size, Bytes element, RankGrid grid,
                           int channels)
    : phases_(phases),
      grid_(std::move(grid)),
      shards_(size, grid_.ranks(), element),
      long_shard_(shards_.longest(), channels, element),
      short_shard_(shards_.length(grid_.ranks() - 1), channels, element) {
  const Partition slices(size, channels, element);
  for (int c = 0; c < channels; ++c) {
    slices_.push_back(
        {.offset = slices.offset(c), .shares = {slices.length(c), grid_.ranks(), element}});
  }
  for (const int side : grid_.sides()) steps_ += side - 1;
}

int TorusProgram::steps(Rank /*participant*/, int /*lane*/) const {
  return steps_ * (phases_ == RingPhases::kBoth ? 2 : 1);
}

template <typename Visit>
void TorusProgram::for_each_block(int lane, int stage, Rank cell, int x, Visit visit) const {
  const int dimensions = grid_.dimensions();
  Rank shares = 1;  // that are still together after this stage
  for (int t = stage + 1; t < dimensions; ++t) shares *= grid_.side(dimension(lane, t));
  if (phases_ == RingPhases::kBoth) {
    const Slice& slice = slices_[index(lane)];
    Rank first = x * shares;
    Rank weight = shares * grid_.side(dimension(lane, stage));
    for (int t = stage - 1; t >= 0; --t) {
      first += grid_.coordinate(cell, dimension(lane, t)) * weight;
      weight *= grid_.side(dimension(lane, t));
    }
    const Bytes begin = slice.shares.offset(first);
    visit(slice.offset + begin, slice.shares.offset(first + shares) - begin);
    return;
  }
  Rank corner = grid_.moved(cell, dimension(lane, stage), x);
  for (int t = stage + 1; t < dimensions; ++t) {
    corner = grid_.moved(corner, dimension(lane, t), 0);
  }
  const auto is_free = [&](int d) {
    for (int t = 0; t <= stage; ++t) {
      if (dimension(lane, t) == d) return false;
    }
    return true;
  };
  for (Rank i = 0; i < shares; ++i) {
    Rank at = corner;
    Rank rest = i;
    for (int d = dimensions - 1; d >= 0; --d) {
      if (!is_free(d)) continue;
      at += rest % grid_.side(d) * grid_.stride(d);
      rest /= grid_.side(d);
    }
    const Rank shard = grid_.rank_at(at);
    const bool is_long = shards_.length(shard) == shards_.longest();
    const Partition& parts = is_long ? long_shard_ : short_shard_;
    visit(shards_.offset(shard) + parts.offset(lane), parts.length(lane));
  }
}

void TorusProgram::step(Rank participant, int lane, int step, Step& out) const {
  const bool reducing = phases_ != RingPhases::kAllGather && step < steps_;
  int at = phases_ == RingPhases::kBoth && !reducing ? step - steps_ : step;
  int stage = reducing ? 0 : grid_.dimensions() - 1;
  while (at >= grid_.side(dimension(lane, stage)) - 1) {
    at -= grid_.side(dimension(lane, stage)) - 1;
    stage += reducing ? 1 : -1;
  }
  const int d = dimension(lane, stage);
  const int p = grid_.side(d);
  const auto mirrored = [&](int i) { return TorusProgram::mirrored(lane, p, i); };

  const Rank cell = grid_.cell_of(participant);
  const int place = mirrored(grid_.coordinate(cell, d));
  int sent = reducing ? place - 1 - at : place - at;
  if (sent < 0) sent += p;
  const int received = sent == 0 ? p - 1 : sent - 1;
  const int to = mirrored(place == p - 1 ? 0 : place + 1);
  const int from = mirrored(place == 0 ? p - 1 : place - 1);

  RangeJoiner sending = RangeJoiner::sending(out, grid_.rank_at(grid_.moved(cell, d, to)));
  for_each_block(lane, stage, cell, mirrored(sent),
                 [&](Bytes offset, Bytes length) { sending.add(offset, length); });
  sending.finish();
  RangeJoiner receiving = RangeJoiner::receiving(out, grid_.rank_at(grid_.moved(cell, d, from)),
                                                 reducing ? Combine::kReduce : Combine::kCopy);
  for_each_block(lane, stage, cell, mirrored(received),
                 [&](Bytes offset, Bytes length) { receiving.add(offset, length); });
  receiving.finish();
}

bool TorusProgram::visit_runs(RingRunVisitor& out) const {
  const auto visit_all = [&](int stage, bool reducing) {
    for (int lane = 0; lane < lanes(); ++lane) {
      if (!visit_stage(out, lane, stage, reducing)) return false;
    }
    return true;
  };
  if (phases_ != RingPhases::kAllGather) {
    for (int stage = 0; stage < grid_.dimensions(); ++stage) {
      if (!visit_all(stage, true)) return false;
    }
  }
  if (phases_ != RingPhases::kReduceScatter) {
    for (int stage = grid_.dimensions(); stage-- > 0;) {
      if (!visit_all(stage, false)) return false;
    }
  }
  return true;
}

bool TorusProgram::visit_stage(RingRunVisitor& out, int lane, int stage, bool reducing) const {
  const int d = dimension(lane, stage);
  const int p = grid_.side(d);
  if (p == 1) return true;
  std::vector<Rank> order(index(p));
  std::vector<Bytes> chunks(index(p));
  for (Rank cell = 0; cell < grid_.ranks(); ++cell) {
    if (grid_.coordinate(cell, d) != 0) continue;  // each line once
    for (int i = 0; i < p; ++i) {
      const int x = mirrored(lane, p, i);
      order[index(i)] = grid_.rank_at(grid_.moved(cell, d, x));
      chunks[index(i)] = Bytes{0};
      for_each_block(lane, stage, cell, x,
                     [&](Bytes /*offset*/, Bytes length) { chunks[index(i)] += length; });
    }
    if (!out.run({.lane = lane,
                  .steps = p - 1,
                  .order = order,
                  .chunks = chunks,
                  .first = reducing ? p - 1 : 0})) {
      return false;
    }
  }
  return true;
}

// Neighbours along each side stay neighbours along it.
bool TorusProgram::looks_like(const Program& other, std::span<const Rank> image) const {
  const auto* that = dynamic_cast<const TorusProgram*>(&other);
  const bool same = that != nullptr && that->phases_ == phases_ &&
                    that->grid_.sides() == grid_.sides() && that->lanes() == lanes() &&
                    has_equal_shares() && that->has_equal_shares() &&
                    that->shards_.longest() == shards_.longest();
  if (!same) return false;
  for (Rank cell = 0; cell < grid_.ranks(); ++cell) {
    const Rank to = that->grid_.cell_of(image[index(grid_.rank_at(cell))]);
    for (int d = 0; d < grid_.dimensions(); ++d) {
      const int side = grid_.side(d);
      const Rank next = grid_.moved(cell, d, (grid_.coordinate(cell, d) + 1) % side);
      const Rank next_to = that->grid_.moved(to, d, (that->grid_.coordinate(to, d) + 1) % side);
      if (that->grid_.cell_of(image[index(grid_.rank_at(next))]) != next_to) return false;
    }
  }
  return true;
}

bool TorusProgram::has_equal_shares() const {
  return shards_.longer() == 0 && std::ranges::all_of(slices_, [](const Slice& slice) {
           return slice.shares.longer() == 0;
         });
}

std::optional<Bytes> TorusProgram::longest_chunk(int lane, int stage) const {
  const bool equal = shards_.length(grid_.ranks() - 1) == shards_.longest();
  if (phases_ != RingPhases::kBoth && !equal && !grid_.in_order()) return std::nullopt;
  Bytes longest{0};
  for_each_block(lane, stage, 0, 0, [&](Bytes /*offset*/, Bytes length) { longest += length; });
  return longest;
}

std::unique_ptr<Program> make_torus(RingPhases phases, const CollectiveCall& call) {
  RankGrid grid = grid_of(call);
  const int channels = grid_channels(call, grid);
  return std::make_unique<TorusProgram>(phases, call.size, call.element, std::move(grid), channels);
}

std::optional<Duration> torus_time(RingPhases phases, const CollectiveCall& call,
                                   AlphaBetaCost inner, AlphaBetaCost outer) {
  RankGrid grid = grid_of(call);
  const int channels = grid_channels(call, grid);
  const TorusProgram program(phases, call.size, call.element, std::move(grid), channels);
  const std::vector<int> servers = servers_of(call.layout);
  const int rounds = phases == RingPhases::kBoth ? 2 : 1;
  Duration time{0};
  for (int lane = 0; lane < channels; ++lane) {
    Duration sum{0};
    for (int stage = 0; stage < program.grid().dimensions(); ++stage) {
      const int d = program.dimension(lane, stage);
      const auto cost = line_cost(program.grid(), d, servers, inner, outer);
      const auto chunk = program.longest_chunk(lane, stage);
      if (!cost || !chunk) return std::nullopt;
      sum += rounds * (program.grid().side(d) - 1) * cost->message(*chunk);
    }
    time = std::max(time, sum);
  }
  return time;
}

}  // namespace commsim
