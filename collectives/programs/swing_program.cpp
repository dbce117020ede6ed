#include "collectives/programs/swing_program.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "collectives/call_options.hpp"
#include "collectives/logarithm.hpp"
#include "collectives/programs/range_joiner.hpp"

namespace commsim {
namespace {

// (1 - (-2)^(s+1)) / 3.
int rho(int s) {
  const int power = 1 << (s + 1);
  return (1 - (s % 2 == 0 ? -power : power)) / 3;
}

RankGrid swing_grid(const CollectiveCall& call) {
  const bool one_row = call.sides.empty() && call.layout.grid_sides.empty();
  RankGrid grid =
      one_row ? RankGrid({call.layout.ranks()}, ranks_by_server(call.layout)) : grid_of(call);
  const auto& sides = grid.sides();
  if (std::all_of(sides.begin(), sides.end(), is_power_of_two)) return grid;
  auto others = algorithm_names(CollectiveKind::kAllReduce);
  others.erase(std::remove_if(others.begin(), others.end(),
                              [](const auto& name) { return name.rfind("swing", 0) == 0; }),
               others.end());
  throw RequestError(
      fmt::format("swing needs sides that are powers of two, and they are {}; legal here: {}",
                  fmt::join(sides, " x "), fmt::join(others, ", ")));
}

}  // namespace

SwingSteps::SwingSteps(const RankGrid& grid, int channel) {
  const int dimensions = grid.dimensions();
  for (int s = 0; (1 << s) < grid.ranks(); ++s) {
    for (int i = 0; i < dimensions; ++i) {
      const int d = (2 * dimensions - 1 - i - channel / 2) % dimensions;
      const int side = grid.side(d);
      if ((1 << s) >= side) continue;
      const int forwards = (rho(s) % side + side) % side;
      moves_.push_back({.dimension = d, .distance = channel % 2 == 0 ? forwards : side - forwards});
    }
  }
}

Rank SwingSteps::peer(const RankGrid& grid, Rank cell, int step) const {
  const Move& move = moves_[static_cast<std::size_t>(step)];
  const int side = grid.side(move.dimension);
  const int x = grid.coordinate(cell, move.dimension);
  const int there = x % 2 == 0 ? x + move.distance : x - move.distance + side;
  return grid.moved(cell, move.dimension, there % side);
}

SwingProgram::SwingProgram(SwingVariant variant, Bytes size, Bytes element, RankGrid grid,
                           int channels)
    : variant_(variant), grid_(std::move(grid)) {
  const Partition slices(size, channels, element);
  for (int c = 0; c < channels; ++c) {
    lanes_.push_back({.steps = SwingSteps(grid_, c),
                      .slice = {.offset = slices.offset(c), .length = slices.length(c)},
                      .shares = {slices.length(c), grid_.ranks(), element}});
  }
}

// The cells that a subset of the steps leads to, for all subsets: each cell has one.
template <typename Visit>
void SwingProgram::for_each_reached(const Lane& lane, Rank cell, int step, Visit visit) const {
  const int left = lane.steps.count() - step;
  for (int subset = 0; subset < (1 << left); ++subset) {
    Rank at = cell;
    for (int i = 0; i < left; ++i) {
      if ((subset >> i & 1) == 1) at = lane.steps.peer(grid_, at, step + i);
    }
    visit(lane.slice.offset + lane.shares.offset(at), lane.shares.length(at));
  }
}

void SwingProgram::step(Rank participant, int lane, int step, Step& out) const {
  const Lane& at = lanes_[static_cast<std::size_t>(lane)];
  const Rank cell = grid_.cell_of(participant);
  const bool reducing = step < at.steps.count();
  const int swing = reducing ? step : 2 * at.steps.count() - 1 - step;
  const Rank peer = at.steps.peer(grid_, cell, swing);
  const Rank name = grid_.rank_at(peer);
  if (variant_ == SwingVariant::kLatency) {
    out.send(name, at.slice);
    out.receive(name, at.slice, Combine::kReduce);
    return;
  }
  RangeJoiner sending = RangeJoiner::sending(out, name);
  for_each_reached(at, reducing ? peer : cell, swing + 1,
                   [&](Bytes offset, Bytes length) { sending.add(offset, length); });
  sending.finish();
  RangeJoiner receiving =
      RangeJoiner::receiving(out, name, reducing ? Combine::kReduce : Combine::kCopy);
  for_each_reached(at, reducing ? cell : peer, swing + 1,
                   [&](Bytes offset, Bytes length) { receiving.add(offset, length); });
  receiving.finish();
}

std::unique_ptr<Program> make_swing(SwingVariant variant, const CollectiveCall& call) {
  RankGrid grid = swing_grid(call);
  const int channels = grid_channels(call, grid);
  return std::make_unique<SwingProgram>(variant, call.size, call.element, std::move(grid),
                                        channels);
}

std::optional<Duration> swing_time(SwingVariant variant, const CollectiveCall& call,
                                   AlphaBetaCost inner, AlphaBetaCost outer) {
  const RankGrid grid = swing_grid(call);
  const int channels = grid_channels(call, grid);
  const auto cost = uniform_cost(call.layout, inner, outer);
  if (!cost) return std::nullopt;
  const Bytes slice = Partition(call.size, channels, call.element).longest();
  const int steps = floor_lg(grid.ranks());
  if (variant == SwingVariant::kLatency) return steps * cost->message(slice);
  if (slice / call.element % grid.ranks() != 0) return std::nullopt;
  Duration time{0};
  for (int s = 1; s <= steps; ++s) time += 2 * cost->message(Bytes{slice.count() >> s});
  return time;
}

}  // namespace commsim
