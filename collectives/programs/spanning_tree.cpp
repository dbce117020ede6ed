#include "collectives/programs/spanning_tree.hpp"

#include "collectives/call_options.hpp"
#include "collectives/legal_algorithms.hpp"

namespace commsim {
namespace {

std::vector<RelayPart> parts_of(const CollectiveCall& call) {
  const auto& parents = call.layout.spanning_tree;
  std::vector<RelayTree::Link> links;
  for (std::size_t r = 0; r < parents.size(); ++r) {
    if (parents[r] >= 0) links.emplace_back(parents[r], static_cast<Rank>(r));
  }
  if (static_cast<Rank>(links.size()) + 1 != call.layout.ranks()) {
    throw RequestError(
        "mst_tree needs a minimum spanning tree of the ranks, and none is known of "
        "this network; " +
        legal_instead(call.kind, "mst_tree"));
  }
  std::vector<RelayPart> parts;
  parts.push_back({.tree = RelayTree(links, root_of(call)),
                   .offset = Bytes{0},
                   .pieces = pieces_of(call.size, call, default_chunk(call))});
  return parts;
}

}  // namespace

std::unique_ptr<Program> make_spanning_tree(TreeFlow flow, const CollectiveCall& call) {
  const Rank ranks = call.layout.ranks();
  return std::make_unique<RelayProgram>(flow, ranks, ranks, parts_of(call));
}

std::optional<Duration> spanning_tree_time(TreeFlow flow, const CollectiveCall& call,
                                           AlphaBetaCost inner, AlphaBetaCost outer) {
  const auto parts = parts_of(call);
  const auto cost = uniform_cost(call.layout, inner, outer);
  if (!cost) return std::nullopt;
  return relay_time(flow, parts, *cost);
}

}  // namespace commsim
