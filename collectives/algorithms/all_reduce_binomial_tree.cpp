// Binomial tree all-reduce, a reduction to rank 0 and a broadcast from it:
//   reduce     floor(lg p) (a + S b)              children of a rank wait for nobody but their own
//   broadcast  floor(lg p) a + ceil(lg p) S b     a rank serves its children one after another
#include "collectives/programs/binomial_tree.hpp"

namespace commsim::all_reduce_binomial_tree {
namespace {

constexpr TreeFlow kFlow = TreeFlow::kUpAndDown;
constexpr TreeLoad kLoad = TreeLoad::kWhole;

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<BinomialTree>(kFlow, kLoad, 0, call.size, call.layout.ranks(),
                                        call.element);
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  return binomial_tree_time(kFlow, kLoad, 0, call, inner, outer);
}

const Registration<Algorithm> kRegistration{{
    .name = "all_reduce/binomial_tree",
    .summary = "the whole vector is summed up a binomial tree and sent down again",
    .reference = "Thakur, Rabenseifner and Gropp, Optimization of collective communication "
                 "operations in MPICH, IJHPCA 2005",
    .cost = "2 floor(lg p) a + (ceil(lg p) + floor(lg p)) S b",
    .parameters = {},
    .make = make,
    .closed_form = closed_form,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim::all_reduce_binomial_tree
