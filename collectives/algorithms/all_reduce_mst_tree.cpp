// Pipelined all-reduce along a minimum spanning tree of height h, in k pieces of c bytes, the last
// l:
//   T = 2 h a + ((k + 2 h - 2) c + l) b
#include "collectives/programs/spanning_tree.hpp"

namespace commsim::all_reduce_mst_tree {
namespace {

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return make_spanning_tree(TreeFlow::kUpAndDown, call);
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  return spanning_tree_time(TreeFlow::kUpAndDown, call, inner, outer);
}

const Registration<Algorithm> kRegistration{{
    .name = "all_reduce/mst_tree",
    .summary = "pieces are summed up a minimum spanning tree of the network and come down again",
    .reference = "Thakur, Rabenseifner and Gropp, Optimization of collective communication "
                 "operations in MPICH, IJHPCA 2005 (pipelined trees); Prim's tree of the network",
    .cost = "2 h a + (S + (2h-1) c) b, height h, pieces of c bytes",
    .parameters = {"chunk"},
    .make = make,
    .closed_form = closed_form,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim::all_reduce_mst_tree
