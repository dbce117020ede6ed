// Double binary tree all-reduce. Each of two trees sums its half of the data to its root and sends
// it down again, in k pieces of c bytes (the last one l), height h:
//   T = 2 h a + ((k + 2 h - 2) c + l) b
// A rank that passes data on in one tree is a leaf of the other, so links are busy both ways.
#include <algorithm>

#include "collectives/call_options.hpp"
#include "collectives/partition.hpp"
#include "collectives/rank_tree.hpp"

namespace commsim {
namespace {

constexpr int kMostChannels = 64;  // NCCL's MAXCHANNELS

// Lanes of tree t: 2 t up, 2 t + 1 down. In a step of either a rank takes piece i from one side and
// passes piece i - 1 to the other.
class TreePairsProgram final : public Program {
 public:
  struct Tree {
    std::vector<TreeNode> nodes;
    Bytes offset;
    Pieces pieces;
  };
  explicit TreePairsProgram(std::vector<Tree> trees) : trees_(std::move(trees)) {}

  [[nodiscard]] int participants() const override {
    return static_cast<int>(trees_.front().nodes.size());
  }
  [[nodiscard]] int lanes() const override { return static_cast<int>(2 * trees_.size()); }

  [[nodiscard]] int steps(Rank r, int lane) const override {
    if (participants() == 1) return 0;
    const Tree& tree = trees_[static_cast<std::size_t>(lane / 2)];
    return tree.pieces.count() + (tree.nodes[static_cast<std::size_t>(r)].interior() ? 1 : 0);
  }

  void step(Rank r, int lane, int step, Step& out) const override {
    const Tree& tree = trees_[static_cast<std::size_t>(lane / 2)];
    const TreeNode& node = tree.nodes[static_cast<std::size_t>(r)];
    const bool down = lane % 2 == 1;
    const std::span<const Rank> parent(&node.parent, node.parent >= 0 ? 1 : 0);
    const int passed = step - (node.interior() ? 1 : 0);
    if (down && node.parent < 0) out.wait_for({.lane = lane - 1, .step = step});
    if (passed >= 0) {
      for (const Rank to : down ? node.below() : parent) out.send(to, piece(tree, passed));
    }
    if (step < tree.pieces.count()) {
      for (const Rank from : down ? parent : node.below()) {
        out.receive(from, piece(tree, step), down ? Combine::kCopy : Combine::kReduce);
      }
    }
  }

 private:
  static Range piece(const Tree& tree, int i) {
    return {.offset = tree.offset + tree.pieces.offset(i), .length = tree.pieces.length(i)};
  }

  std::vector<Tree> trees_;
};

std::vector<TreePairsProgram::Tree> trees_of(const CollectiveCall& call) {
  const int channels = channels_of(call, kMostChannels, "as many as NCCL has");
  const Partition slices(call.size, channels, call.element);
  std::vector<TreePairsProgram::Tree> trees;
  for (int c = 0; c < channels; ++c) {
    const Partition halves(slices.length(c), 2, call.element);
    for (int t = 0; t < 2; ++t) {
      trees.push_back({.nodes = server_tree(call.layout, t, c, channels),
                       .offset = slices.offset(c) + halves.offset(t),
                       .pieces = pieces_of(halves.length(t), call, default_chunk(call))});
    }
  }
  return trees;
}

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<TreePairsProgram>(trees_of(call));
}

// Up, a node h links above the deepest leaf has piece i after (i + h) c b + h a, for it passes on
// piece i - 1 meanwhile; the root turns each piece round at once. Only the first link up and the
// last link down of the last piece see that it is shorter.
std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  const auto trees = trees_of(call);
  const auto cost = uniform_cost(call.layout, inner, outer);
  if (!cost) return std::nullopt;
  Duration time{0};
  if (call.layout.ranks() == 1) return time;
  for (const auto& tree : trees) {
    const int height = tree_height(tree.nodes);
    time = std::max(time, (tree.pieces.count() + 2 * height - 2) * cost->wire(tree.pieces.first()) +
                              cost->wire(tree.pieces.last()) + 2 * height * cost->latency);
  }
  return time;
}

const Registration<Algorithm> kRegistration{{
    .name = "all_reduce/double_binary_tree",
    .summary = "two complementary binary trees, each with half of the data, in pieces",
    .reference = "Sanders, Speck and Traeff, Two-tree algorithms for full bandwidth broadcast, "
                 "reduction and scan, Parallel Computing 2009; NCCL 2.4, src/graph/trees.cc",
    .cost = "2 h a + (S/2 + (2h-1) c) b, height h = floor(lg(p-1)) + 1, pieces of c bytes",
    .parameters = {"channels", "chunk"},
    .make = make,
    .closed_form = closed_form,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim
