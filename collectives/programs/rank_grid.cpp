#include "collectives/programs/rank_grid.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "collectives/call_options.hpp"
#include "core/index.hpp"

namespace commsim {
namespace {

void refuse_wrong(const std::vector<int>& sides, Rank ranks) {
  constexpr std::size_t kMostSides = 16;
  std::int64_t cells = 1;
  for (const int side : sides) cells = side < 1 || cells > ranks ? 0 : cells * side;
  if (cells == ranks && sides.size() <= kMostSides) return;
  throw RequestError(fmt::format(
      "sides are {}; legal are 1 to {} positive numbers whose product is the number of ranks, {}",
      fmt::join(sides, " x "), kMostSides, ranks));
}

std::vector<int> default_sides(const RankLayout& layout) {
  if (mixes_links(layout) && layout.per_server() > 0) {
    return {static_cast<int>(layout.servers.size()), layout.per_server()};
  }
  int shorter = 1;
  for (int side = 1; side <= layout.ranks() / side; ++side) {
    if (layout.ranks() % side == 0) shorter = side;
  }
  return {shorter, layout.ranks() / shorter};
}

bool on_own_grid(const CollectiveCall& call) {
  return !call.layout.grid_sides.empty() &&
         (call.sides.empty() || call.sides == call.layout.grid_sides);
}

}  // namespace

RankGrid::RankGrid(std::vector<int> sides, std::vector<Rank> ranks)
    : sides_(std::move(sides)), strides_(sides_.size()) {
  for (std::size_t d = sides_.size(); d-- > 0; count_ *= sides_[d]) strides_[d] = count_;
  ensure(index(count_) == ranks.size(), "a grid has a cell for each rank");
  Rank cell = 0;
  if (std::ranges::all_of(ranks, [&](Rank rank) { return rank == cell++; })) return;
  ranks_ = std::move(ranks);
  cells_.resize(ranks_.size());
  for (std::size_t c = 0; c < ranks_.size(); ++c) cells_[index(ranks_[c])] = static_cast<Rank>(c);
}

std::vector<Rank> RankGrid::line(Rank cell, int dimension) const {
  std::vector<Rank> ranks;
  ranks.reserve(index(side(dimension)));
  for (int x = 0; x < side(dimension); ++x) ranks.push_back(rank_at(moved(cell, dimension, x)));
  return ranks;
}

int RankGrid::long_sides() const {
  return static_cast<int>(std::count_if(sides_.begin(), sides_.end(), [](int s) { return s > 1; }));
}

std::vector<Rank> ranks_by_server(const RankLayout& layout) {
  std::vector<Rank> ranks;
  for (const auto& server : layout.servers) ranks.insert(ranks.end(), server.begin(), server.end());
  return ranks;
}

RankGrid grid_of(const CollectiveCall& call) {
  const RankLayout& layout = call.layout;
  if (on_own_grid(call)) return {layout.grid_sides, layout.grid_ranks};
  if (call.sides.empty()) return {default_sides(layout), ranks_by_server(layout)};
  refuse_wrong(call.sides, layout.ranks());
  return {call.sides, ranks_by_server(layout)};
}

int grid_channels(const CollectiveCall& call, const RankGrid& grid) {
  const int most = std::max(2 * grid.long_sides(), 1);
  const auto& sides = grid.sides();
  const bool two_ways = std::any_of(sides.begin(), sides.end(), [](int s) { return s > 2; });
  const int all = two_ways ? most : std::max(grid.long_sides(), 1);
  const int channels = call.channels.value_or(on_own_grid(call) ? all : 1);
  if (channels >= 1 && channels <= most) return channels;
  throw RequestError(
      fmt::format("channels is {}; legal are 1 to {}: two ways round in each dimension of {}",
                  channels, most, fmt::join(sides, " x ")));
}

std::optional<AlphaBetaCost> line_cost(const RankGrid& grid, int dimension,
                                       const std::vector<int>& servers, AlphaBetaCost inner,
                                       AlphaBetaCost outer) {
  bool within = false;
  bool across = false;
  for (Rank cell = 0; cell < grid.ranks(); ++cell) {
    if (grid.side(dimension) == 1 || grid.coordinate(cell, dimension) > 0) continue;
    std::vector<int> seen;
    seen.reserve(index(grid.side(dimension)));
    for (const Rank r : grid.line(cell, dimension)) seen.push_back(servers[index(r)]);
    std::sort(seen.begin(), seen.end());
    const bool any_equal = std::adjacent_find(seen.begin(), seen.end()) != seen.end();
    within = within || any_equal;
    across = across || seen.front() != seen.back();
  }
  if (within && across && !(inner.bandwidth == outer.bandwidth && inner.latency == outer.latency)) {
    return std::nullopt;
  }
  return across ? outer : inner;
}

}  // namespace commsim
