#include "collectives/programs/switch_trees.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "collectives/call_options.hpp"
#include "collectives/legal_algorithms.hpp"
#include "collectives/partition.hpp"
#include "collectives/programs/rank_grid.hpp"
#include "core/index.hpp"

namespace commsim {
namespace {

std::vector<Rank> sorted(std::span<const Rank> ranks) {
  std::vector<Rank> copy(ranks.begin(), ranks.end());
  std::sort(copy.begin(), copy.end());
  return copy;
}

bool has(const std::vector<Rank>& sorted_ranks, Rank rank) {
  return std::binary_search(sorted_ranks.begin(), sorted_ranks.end(), rank);
}

// How many of the ranks hang below each node; parents stand before children.
std::vector<std::size_t> ranks_below(const ReductionTree& tree,
                                     const std::vector<Rank>& sorted_ranks) {
  std::vector<std::size_t> counts(tree.nodes.size());
  for (std::size_t n = tree.nodes.size(); n-- > 0;) {
    const ReductionTree::Node& node = tree.nodes[n];
    for (const Rank r : node.ranks) {
      if (has(sorted_ranks, r)) ++counts[n];
    }
    if (node.parent >= 0) counts[index(node.parent)] += counts[n];
  }
  return counts;
}

// The links of switch_tree(), and its top.
std::pair<std::vector<RelayTree::Link>, Rank> links_among(const ReductionTree& tree,
                                                          std::span<const Rank> ranks) {
  if (ranks.size() == 1) return {{}, ranks.front()};
  const std::vector<Rank> joined = sorted(ranks);
  const auto counts = ranks_below(tree, joined);
  // The last node that has all ranks below it is the lowest, for the others are on its way up.
  std::size_t top = 0;
  for (std::size_t n = 0; n < counts.size(); ++n) {
    if (counts[n] == ranks.size()) top = n;
  }
  std::vector<RelayTree::Link> links;
  for (std::size_t n = top; n < tree.nodes.size(); ++n) {
    const ReductionTree::Node& node = tree.nodes[n];
    if (counts[n] == 0) continue;
    if (n != top) links.emplace_back(tree.nodes[index(node.parent)].participant, node.participant);
    for (const Rank r : node.ranks) {
      if (has(joined, r)) links.emplace_back(node.participant, r);
    }
  }
  return {std::move(links), tree.nodes[top].participant};
}

// The ranks that switches serve in one share.
struct Rail {
  std::size_t tree;
  std::vector<Rank> heads;  // of servers; or all ranks
  std::size_t place = 0;    // of the heads in their servers
};

// One rail for each tree that joins the i-th ranks of all servers for some i.
std::vector<Rail> rails_of(const RankLayout& layout) {
  std::size_t smallest = layout.servers.front().size();
  for (const auto& server : layout.servers) smallest = std::min(smallest, server.size());
  std::vector<Rail> rails;
  for (std::size_t i = 0; i < smallest; ++i) {
    std::vector<Rank> heads;
    heads.reserve(layout.servers.size());
    for (const auto& server : layout.servers) heads.push_back(server[i]);
    for (const std::size_t t : trees_joining(layout, heads)) {
      const bool used =
          std::any_of(rails.begin(), rails.end(), [t](const Rail& rail) { return rail.tree == t; });
      if (!used) rails.push_back({.tree = t, .heads = heads, .place = i});
    }
  }
  return rails;
}

void link_servers(const RankLayout& layout, std::size_t place, ServerShape shape,
                  std::vector<RelayTree::Link>& links) {
  for (const auto& server : layout.servers) {
    Rank above = server[place];
    for (std::size_t i = 1; i < server.size(); ++i) {
      const Rank next = server[(place + i) % server.size()];
      links.emplace_back(above, next);
      if (shape == ServerShape::kChain) above = next;
    }
  }
}

}  // namespace

RelayTree switch_tree(const ReductionTree& tree, std::span<const Rank> ranks) {
  const auto [links, top] = links_among(tree, ranks);
  return {links, top};
}

std::vector<std::size_t> trees_joining(const RankLayout& layout, std::span<const Rank> ranks) {
  const std::vector<Rank> joined = sorted(ranks);
  std::vector<std::size_t> joining;
  for (std::size_t t = 0; t < layout.reduction_trees.size(); ++t) {
    const auto counts = ranks_below(layout.reduction_trees[t], joined);
    if (!counts.empty() && counts.front() == ranks.size()) joining.push_back(t);
  }
  return joining;
}

void refuse_without_trees(const CollectiveCall& call, std::string_view self) {
  if (!call.layout.reduction_trees.empty()) return;
  throw RequestError(fmt::format("{} needs switches that reduce, and this network has none; {}",
                                 self, legal_instead(call.kind, self)));
}

SwitchShares shares_by_tree(const CollectiveCall& call, std::optional<Rank> root, ServerShape shape,
                            std::string_view self) {
  refuse_without_trees(call, self);
  const RankLayout& layout = call.layout;
  const std::vector<Rank> all = ranks_by_server(layout);
  std::vector<Rail> rails;
  for (const std::size_t t : trees_joining(layout, all)) rails.push_back({.tree = t, .heads = all});
  SwitchShares shares{.parts = {}, .through_ranks = rails.empty()};
  if (rails.empty()) rails = rails_of(layout);
  if (rails.empty()) {
    throw RequestError(
        fmt::format("{} needs a tree of switches that joins a rank of every server, "
                    "and none of the {} trees does; {}",
                    self, layout.reduction_trees.size(), legal_instead(call.kind, self)));
  }
  const Partition parts(call.size, static_cast<std::int64_t>(rails.size()), call.element);
  for (const Rail& rail : rails) {
    const auto i = static_cast<std::int64_t>(shares.parts.size());
    auto [links, top] = links_among(layout.reduction_trees[rail.tree], rail.heads);
    if (shares.through_ranks) link_servers(layout, rail.place, shape, links);
    shares.parts.push_back(
        {.tree = RelayTree(links, root.value_or(top)),
         .offset = parts.offset(i),
         .pieces = pieces_of(parts.length(i), call, switch_chunk(call.size, call.element))});
  }
  return shares;
}

std::optional<Duration> switch_time(TreeFlow flow, const SwitchShares& shares,
                                    const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  const AlphaBetaCost link = call.layout.servers.size() > 1 ? outer : inner;
  const bool equal = inner.bandwidth == outer.bandwidth && inner.latency == outer.latency;
  if (shares.through_ranks && !equal) return std::nullopt;
  return relay_time(flow, shares.parts, link);
}

Bytes switch_chunk(Bytes size, Bytes element) {
  const std::int64_t elements = std::max(128_KiB / element, size / element / 1024);
  return std::max<std::int64_t>(elements, 1) * element;
}

}  // namespace commsim
