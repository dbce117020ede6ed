// Hierarchical all-reduce on groups of g_1 ranks, groups of g_2 of these, ..., N of the last ones:
//   T = sum over i of (T_reduce_scatter(g_i, S_i) + T_all_gather(g_i, S_i)) + T_all_reduce(N, S_k)
// with S_1 = S and S_{i+1} = S_i / g_i. Each group sums, then part i of the sum goes on between the
// i-th members of all groups, and the groups spread what comes back. With servers as the only
// groups, S / g a rank crosses between them.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "collectives/call_options.hpp"
#include "collectives/legal_algorithms.hpp"
#include "collectives/programs/level_stages.hpp"

namespace commsim::all_reduce_hierarchical {
namespace {

constexpr std::string_view kSelf = "hierarchical";

struct Parts {
  const Algorithm* reduce_scatter = nullptr;
  const Algorithm* all_reduce = nullptr;
  const Algorithm* all_gather = nullptr;
  GroupLevels levels;
  Pieces pieces;
};

// Servers by pod, where all of several pods have equally many servers, and more than one.
bool has_equal_pods(const RankLayout& layout) {
  std::size_t servers = 0;
  for (const auto& pod : layout.pods) {
    if (pod.size() != layout.pods.front().size()) return false;
    servers += pod.size();
  }
  return layout.pods.size() > 1 && layout.pods.front().size() > 1 &&
         servers == layout.servers.size();
}

std::vector<Rank> ranks_by_pod(const RankLayout& layout) {
  if (!has_equal_pods(layout)) return ranks_by_server(layout);
  std::vector<Rank> ranks;
  for (const auto& pod : layout.pods) {
    for (const int s : pod) {
      const auto& server = layout.servers[static_cast<std::size_t>(s)];
      ranks.insert(ranks.end(), server.begin(), server.end());
    }
  }
  return ranks;
}

void refuse_wrong(const std::vector<int>& levels, Rank ranks) {
  constexpr std::size_t kMostLevels = 16;
  std::int64_t product = 1;
  for (const int n : levels) product = n < 1 || product > ranks ? 0 : product * n;
  if (product == ranks && levels.size() <= kMostLevels) return;
  throw RequestError(
      fmt::format("levels are [{}]; legal are 1 to {} positive numbers whose product is the number "
                  "of ranks, {}",
                  fmt::join(levels, ", "), kMostLevels, ranks));
}

GroupLevels levels_of(const CollectiveCall& call) {
  const RankLayout& layout = call.layout;
  if (call.levels.empty() && !has_equal_pods(layout)) {
    refuse_unequal_servers(call, kSelf);
    return GroupLevels::servers(call, layout.ranks());
  }
  std::vector<int> sides(call.levels.rbegin(), call.levels.rend());
  if (call.levels.empty()) {
    refuse_unequal_servers(call, kSelf);
    sides = {static_cast<int>(layout.pods.size()), static_cast<int>(layout.pods.front().size()),
             layout.per_server()};
  }
  refuse_wrong({sides.rbegin(), sides.rend()}, layout.ranks());
  return {RankGrid(std::move(sides), ranks_by_pod(layout)), call, layout.ranks()};
}

Parts parts_of(const CollectiveCall& call) {
  GroupLevels levels = levels_of(call);
  const std::string inner = chosen_algorithm("inner", call.inner, "ring", inner_algorithms(kSelf));
  const std::string outer = chosen_algorithm("outer", call.outer, "ring",
                                             algorithms_but(CollectiveKind::kAllReduce, kSelf));
  return {.reduce_scatter = &find_algorithm(CollectiveKind::kReduceScatter, inner),
          .all_reduce = &find_algorithm(CollectiveKind::kAllReduce, outer),
          .all_gather = &find_algorithm(CollectiveKind::kAllGather, inner),
          .levels = std::move(levels),
          .pieces = pieces_of(call.size, call, std::max(call.size, call.element))};
}

// Calls visit(level, algorithm, kind) for the stages in their order.
template <typename Visit>
void for_each_stage(const Parts& parts, Visit visit) {
  const int top = parts.levels.count() - 1;
  for (int l = 0; l < top; ++l) visit(l, *parts.reduce_scatter, CollectiveKind::kReduceScatter);
  visit(top, *parts.all_reduce, CollectiveKind::kAllReduce);
  for (int l = top; l-- > 0;) visit(l, *parts.all_gather, CollectiveKind::kAllGather);
}

std::unique_ptr<Program> make(const CollectiveCall& call) {
  const Parts parts = parts_of(call);
  return in_pieces(parts.pieces, [&](Bytes size) {
    std::vector<std::unique_ptr<Program>> stages;
    for_each_stage(parts, [&](int level, const Algorithm& algorithm, CollectiveKind kind) {
      stages.push_back(parts.levels.at_level(level, algorithm, kind, size));
    });
    return stages;
  });
}

// Exact for one piece: the first share is the longest, its owners end each part last, in every
// group at the same time, and the next part cannot end before it has passed.
std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  const Parts parts = parts_of(call);
  if (parts.pieces.count() > 1 || !adds_up(call.inner.value_or("ring"))) return std::nullopt;
  const std::vector<int> servers = servers_of(call.layout);
  std::optional<Duration> sum = Duration{0};
  for_each_stage(parts, [&](int level, const Algorithm& algorithm, CollectiveKind kind) {
    const auto time =
        parts.levels.time_at_level(level, algorithm, kind, call.size, servers, inner, outer);
    if (sum && time) *sum += *time;
    if (!time) sum.reset();
  });
  return sum;
}

const Registration<Algorithm> kRegistration{{
    .name = "all_reduce/hierarchical",
    .summary = "reduce-scatter in servers, all-reduce on each rail, all-gather in servers; or over "
               "any levels of groups",
    .reference = "Cho et al., BlueConnect: decomposing all-reduce for deep learning on "
                 "heterogeneous network hierarchy, MLSys 2019",
    .cost =
        "2 (g-1) (a + S b / g) + 2 (N-1) (a' + S b' / (g N)), N servers of g ranks, with rings; "
        "one term more on a share for each further level",
    .parameters = {"inner", "outer", "levels", "chunk"},
    .make = make,
    .closed_form = closed_form,
    .bandwidth_optimal = true,  // with the default parameters
}};

}  // namespace
}  // namespace commsim::all_reduce_hierarchical
