// Double binary tree all-reduce. Each of two trees sums its half of the data to its root and sends
// it down again, in k pieces of c bytes (the last one l), height h:
//   T = 2 h a + ((k + 2 h - 2) c + l) b
// A rank that passes data on in one tree is a leaf of the other, so links are busy both ways.
#include "collectives/programs/tree_pipeline.hpp"

namespace commsim::all_reduce_double_binary_tree {
namespace {

constexpr TreeFlow kFlow = TreeFlow::kUpAndDown;

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<TreePipeline>(kFlow, tree_pairs(call, std::nullopt));
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  return pipeline_time(kFlow, tree_pairs(call, std::nullopt), call, inner, outer);
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
}  // namespace commsim::all_reduce_double_binary_tree
