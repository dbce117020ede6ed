// Binomial tree barrier: all report up a tree to rank 0, which releases them down the same tree.
//   T = 2 floor(lg p) a
#include "collectives/programs/binomial_tree.hpp"

namespace commsim::barrier_binomial_tree {
namespace {

constexpr TreeFlow kFlow = TreeFlow::kUpAndDown;
constexpr TreeLoad kLoad = TreeLoad::kWhole;

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<BinomialTree>(kFlow, kLoad, 0, Bytes{0}, call.layout.ranks(),
                                        call.element);
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  CollectiveCall empty = call;
  empty.size = Bytes{0};
  return binomial_tree_time(kFlow, kLoad, 0, empty, inner, outer);
}

const Registration<Algorithm> kRegistration{{
    .name = "barrier/binomial_tree",
    .summary = "all report up a binomial tree to rank 0 and are released down the same tree",
    .reference = "Thakur, Rabenseifner and Gropp, Optimization of collective communication "
                 "operations in MPICH, IJHPCA 2005 (the trees)",
    .cost = "2 floor(lg p) a",
    .parameters = {},
    .make = make,
    .closed_form = closed_form,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim::barrier_binomial_tree
