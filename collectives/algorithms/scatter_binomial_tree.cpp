// Binomial tree scatter. For a power of two:
//   T = lg p a + (p - 1) / p S b
#include "collectives/call_options.hpp"
#include "collectives/programs/binomial_tree.hpp"

namespace commsim::scatter_binomial_tree {
namespace {

constexpr TreeFlow kFlow = TreeFlow::kDown;
constexpr TreeLoad kLoad = TreeLoad::kSubtree;

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<BinomialTree>(kFlow, kLoad, root_of(call), call.size, call.layout.ranks(),
                                        call.element);
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  return binomial_tree_time(kFlow, kLoad, root_of(call), call, inner, outer);
}

const Registration<Algorithm> kRegistration{{
    .name = "scatter/binomial_tree",
    .summary =
        "each rank gets the shards of its subtree and passes them on, the largest subtree first",
    .reference = "Thakur, Rabenseifner and Gropp, Optimization of collective communication "
                 "operations in MPICH, IJHPCA 2005",
    .cost = "lg p a + (p-1)/p S b for a power of two",
    .parameters = {"root"},
    .make = make,
    .closed_form = closed_form,
}};

}  // namespace
}  // namespace commsim::scatter_binomial_tree
