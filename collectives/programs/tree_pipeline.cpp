#include "collectives/programs/tree_pipeline.hpp"

#include <algorithm>

#include "collectives/call_options.hpp"
#include "collectives/partition.hpp"

namespace commsim {
namespace {

Range piece(const PipelinedTree& tree, int i) {
  return {.offset = tree.offset + tree.pieces.offset(i), .length = tree.pieces.length(i)};
}

}  // namespace

int TreePipeline::steps(Rank r, int lane) const {
  if (participants() == 1) return 0;
  const PipelinedTree& tree = tree_of(lane);
  return tree.pieces.count() + (tree.nodes[static_cast<std::size_t>(r)].interior() ? 1 : 0);
}

void TreePipeline::step(Rank r, int lane, int step, Step& out) const {
  const PipelinedTree& tree = tree_of(lane);
  const TreeNode& node = tree.nodes[static_cast<std::size_t>(r)];
  const bool both = flow_ == TreeFlow::kUpAndDown;
  const bool down = both ? lane % 2 == 1 : flow_ == TreeFlow::kDown;
  const std::span<const Rank> parent(&node.parent, node.parent >= 0 ? 1 : 0);
  const int passed = step - (node.interior() ? 1 : 0);
  if (both && down && node.parent < 0) out.wait_for({.lane = lane - 1, .step = step});
  if (passed >= 0) {
    for (const Rank to : down ? node.below() : parent) out.send(to, piece(tree, passed));
  }
  if (step < tree.pieces.count()) {
    for (const Rank from : down ? parent : node.below()) {
      out.receive(from, piece(tree, step), down ? Combine::kCopy : Combine::kReduce);
    }
  }
}

std::vector<PipelinedTree> chain_of(const CollectiveCall& call, Rank root, int step) {
  std::vector<PipelinedTree> trees;
  trees.push_back({.nodes = chain(call.layout.ranks(), root, step),
                   .offset = Bytes{0},
                   .pieces = pieces_of(call.size, call, default_chunk(call))});
  return trees;
}

std::vector<PipelinedTree> tree_pairs(const CollectiveCall& call, std::optional<Rank> root) {
  const int channels = channels_of(call, kMostChannels, "as many as NCCL has");
  const Partition slices(call.size, channels, call.element);
  std::vector<PipelinedTree> trees;
  for (int c = 0; c < channels; ++c) {
    const Partition halves(slices.length(c), 2, call.element);
    for (int t = 0; t < 2; ++t) {
      trees.push_back({.nodes = root ? rooted_tree(call.layout, *root, t, c, channels)
                                     : server_tree(call.layout, t, c, channels),
                       .offset = slices.offset(c) + halves.offset(t),
                       .pieces = pieces_of(halves.length(t), call, default_chunk(call))});
    }
  }
  return trees;
}

// A node h links away from where a piece i begins its way has it after (i + h) c b + h a, for it
// passes on piece i - 1 meanwhile. Only the first link up, or the last one down, sees that the last
// piece is shorter: on the others it waits for the one before.
std::optional<Duration> pipeline_time(TreeFlow flow, const std::vector<PipelinedTree>& trees,
                                      const CollectiveCall& call, AlphaBetaCost inner,
                                      AlphaBetaCost outer) {
  const auto cost = uniform_cost(call.layout, inner, outer);
  if (!cost) return std::nullopt;
  Duration time{0};
  if (call.layout.ranks() == 1) return time;
  for (const PipelinedTree& tree : trees) {
    const int links = tree_height(tree.nodes) * (flow == TreeFlow::kUpAndDown ? 2 : 1);
    time = std::max(time, (tree.pieces.count() + links - 2) * cost->wire(tree.pieces.first()) +
                              cost->wire(tree.pieces.last()) + links * cost->latency);
  }
  return time;
}

}  // namespace commsim
