// All-reduce in the network's switches: S a rank goes up a tree of height h in k pieces of c bytes,
// the last one l, every switch sums what comes from below, and the highest turns it round:
//   T = 2 h a + ((k + 2 h - 2) c + l) b
// With g ranks a server, a reduce-scatter in servers comes first and an all-gather last, and part i
// of the sum goes up from the i-th ranks: S / g a rank.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "collectives/call_options.hpp"
#include "collectives/legal_algorithms.hpp"
#include "collectives/partition.hpp"
#include "collectives/programs/level_stages.hpp"
#include "collectives/programs/switch_trees.hpp"

namespace commsim::all_reduce_sharp {
namespace {

constexpr std::string_view kSelf = "sharp";

// Whether switches take the data of all ranks as they are.
bool takes_ranks(const RankLayout& layout) { return !mixes_links(layout); }

SwitchShares whole(const CollectiveCall& call) {
  return shares_by_tree(call, std::nullopt, ServerShape::kChain, kSelf);
}

// Share i of `size` bytes on a tree that joins the i-th ranks of all servers: the i-th of these
// trees, so that shares spread over rails.
std::vector<RelayPart> on_rails(Bytes size, const CollectiveCall& call) {
  const Partition shares(size, call.layout.per_server(), call.element);
  std::vector<RelayPart> parts;
  for (int i = 0; i < call.layout.per_server(); ++i) {
    std::vector<Rank> rail;
    rail.reserve(call.layout.servers.size());
    for (const auto& server : call.layout.servers) {
      rail.push_back(server[static_cast<std::size_t>(i)]);
    }
    const auto trees = trees_joining(call.layout, rail);
    if (trees.empty()) {
      throw RequestError(fmt::format(
          "sharp needs a tree of switches that joins ranks {}, the one with number {} of each "
          "server, and none of the {} trees does; {}",
          fmt::join(rail, ", "), i, call.layout.reduction_trees.size(),
          legal_instead(call.kind, kSelf)));
    }
    const std::size_t tree = trees[static_cast<std::size_t>(i) % trees.size()];
    parts.push_back({.tree = switch_tree(call.layout.reduction_trees[tree], rail),
                     .offset = shares.offset(i),
                     .pieces = {shares.length(i), std::max(shares.length(i), call.element)}});
  }
  return parts;
}

std::string inner_of(const CollectiveCall& call) {
  return chosen_algorithm("inner", call.inner, "ring", inner_algorithms(kSelf));
}

// Every piece costs the latency of the steps inside a server once more: by default no more than 16.
Pieces pieces_with_servers(const CollectiveCall& call) {
  refuse_without_trees(call, kSelf);
  refuse_unequal_servers(call, kSelf);
  const std::int64_t elements = std::max(1_MiB / call.element, call.size / call.element / 16);
  return pieces_of(call.size, call, std::max<std::int64_t>(elements, 1) * call.element);
}

std::unique_ptr<Program> relay(const CollectiveCall& call, std::vector<RelayPart> parts) {
  return std::make_unique<RelayProgram>(TreeFlow::kUpAndDown, call.layout.ranks(),
                                        call.layout.participants(), std::move(parts));
}

std::unique_ptr<Program> make(const CollectiveCall& call) {
  const std::string inner = inner_of(call);
  if (takes_ranks(call.layout)) return relay(call, whole(call).parts);
  const Pieces pieces = pieces_with_servers(call);
  const GroupLevels levels = GroupLevels::servers(call, call.layout.participants());
  const auto inside = [&](CollectiveKind kind, Bytes size) {
    return levels.at_level(0, find_algorithm(kind, inner), kind, size);
  };
  return in_pieces(pieces, [&](Bytes size) {
    std::vector<std::unique_ptr<Program>> stages;
    stages.push_back(inside(CollectiveKind::kReduceScatter, size));
    stages.push_back(relay(call, on_rails(size, call)));
    stages.push_back(inside(CollectiveKind::kAllGather, size));
    return stages;
  });
}

// Links to switches and between them cost as much as links between servers. With several ranks a
// server it is exact for one piece and trees of one height: the first share is the longest, and its
// owners end each part last.
std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  const std::string name = inner_of(call);
  if (takes_ranks(call.layout)) {
    return switch_time(TreeFlow::kUpAndDown, whole(call), call, inner, outer);
  }
  const Pieces pieces = pieces_with_servers(call);
  const auto parts = on_rails(call.size, call);
  const bool equal = std::all_of(parts.begin(), parts.end(), [&](const RelayPart& part) {
    return part.tree.height() == parts.front().tree.height();
  });
  if (pieces.count() > 1 || !equal || !adds_up(name)) return std::nullopt;
  const GroupLevels levels = GroupLevels::servers(call, call.layout.participants());
  const std::vector<int> servers = servers_of(call.layout);
  const auto inside = [&](CollectiveKind kind) {
    return levels.time_at_level(0, find_algorithm(kind, name), kind, call.size, servers, inner,
                                outer);
  };
  const auto scatter = inside(CollectiveKind::kReduceScatter);
  const auto gather = inside(CollectiveKind::kAllGather);
  if (!scatter || !gather) return std::nullopt;
  return *scatter + relay_time(TreeFlow::kUpAndDown, parts, outer) + *gather;
}

const Registration<Algorithm> kRegistration{{
    .name = "all_reduce/sharp",
    .summary = "switches sum pieces on their way up a tree and copy them on their way down",
    .reference = "Graham et al., Scalable hierarchical aggregation protocol (SHArP): a hardware "
                 "architecture for efficient data reduction, COMHPC 2016; NCCL's CollNet",
    .cost =
        "2 h a + (S + (2h-1) c) b, h links from the highest switch to the farthest rank, pieces "
        "of c bytes; with g ranks a server this on S / g, and 2 (g-1) (a + S b / g) inside",
    .parameters = {"inner", "chunk"},
    .make = make,
    .closed_form = closed_form,
    .helpers_combine = true,
}};

}  // namespace
}  // namespace commsim::all_reduce_sharp
