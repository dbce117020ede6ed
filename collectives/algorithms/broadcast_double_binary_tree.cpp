// Double binary tree broadcast. The root sends each half of the data down a tree of its own, in k
// pieces of c bytes (the last one l), height h:
//   T = h a + ((k + h - 2) c + l) b
// A rank that passes data on in one tree is a leaf of the other, so nobody but the root sends more
// than it receives.
#include "collectives/call_options.hpp"
#include "collectives/programs/tree_pipeline.hpp"

namespace commsim::broadcast_double_binary_tree {
namespace {

constexpr TreeFlow kFlow = TreeFlow::kDown;

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<TreePipeline>(kFlow, tree_pairs(call, root_of(call)));
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  return pipeline_time(kFlow, tree_pairs(call, root_of(call)), call, inner, outer);
}

const Registration<Algorithm> kRegistration{{
    .name = "broadcast/double_binary_tree",
    .summary = "the root sends each half of the data down one of two complementary binary trees",
    .reference = "Sanders, Speck and Traeff, Two-tree algorithms for full bandwidth broadcast, "
                 "reduction and scan, Parallel Computing 2009",
    .cost = "h a + (S/2 + (h-1) c) b, height h = floor(lg(p-1)) + 1, pieces of c bytes",
    .parameters = {"channels", "chunk", "root"},
    .make = make,
    .closed_form = closed_form,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim::broadcast_double_binary_tree
