// Binomial tree broadcast:
//   T = floor(lg p) a + ceil(lg p) S b
#include "collectives/call_options.hpp"
#include "collectives/programs/binomial_tree.hpp"

namespace commsim::broadcast_binomial_tree {
namespace {

constexpr TreeFlow kFlow = TreeFlow::kDown;
constexpr TreeLoad kLoad = TreeLoad::kWhole;

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<BinomialTree>(kFlow, kLoad, root_of(call), call.size, call.layout.ranks(),
                                        call.element);
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  return binomial_tree_time(kFlow, kLoad, root_of(call), call, inner, outer);
}

const Registration<Algorithm> kRegistration{{
    .name = "broadcast/binomial_tree",
    .summary = "the root and then all that have the vector send it on, the largest subtree first",
    .reference = "Thakur, Rabenseifner and Gropp, Optimization of collective communication "
                 "operations in MPICH, IJHPCA 2005",
    .cost = "floor(lg p) a + ceil(lg p) S b",
    .parameters = {"root"},
    .make = make,
    .closed_form = closed_form,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim::broadcast_binomial_tree
