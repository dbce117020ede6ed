// Pipelined reduce along a minimum spanning tree of height h, in k pieces of c bytes, the last l:
//   T = h a + ((k + h - 2) c + l) b
#include "collectives/programs/spanning_tree.hpp"

namespace commsim::reduce_mst_tree {
namespace {

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return make_spanning_tree(TreeFlow::kUp, call);
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  return spanning_tree_time(TreeFlow::kUp, call, inner, outer);
}

const Registration<Algorithm> kRegistration{{
    .name = "reduce/mst_tree",
    .summary =
        "pieces are summed on the way to the root along a minimum spanning tree of the network",
    .reference = "Thakur, Rabenseifner and Gropp, Optimization of collective communication "
                 "operations in MPICH, IJHPCA 2005 (pipelined trees); Prim's tree of the network",
    .cost = "h a + (S + (h-1) c) b, height h from the root, pieces of c bytes",
    .parameters = {"chunk", "root"},
    .make = make,
    .closed_form = closed_form,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim::reduce_mst_tree
