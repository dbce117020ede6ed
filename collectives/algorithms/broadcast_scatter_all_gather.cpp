// Broadcast by scatter and all-gather: a binomial tree hands out the shards, a ring completes them.
// For a power of two:
//   T = (lg p + p - 1) a + 2 (p - 1) / p S b
#include "collectives/call_options.hpp"
#include "collectives/programs/binomial_tree.hpp"
#include "collectives/programs/ring_order.hpp"
#include "collectives/programs/ring_program.hpp"
#include "collectives/programs/sequence.hpp"

namespace commsim::broadcast_scatter_all_gather {
namespace {

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return in_sequence(
      std::make_unique<BinomialTree>(TreeFlow::kDown, TreeLoad::kSubtree, root_of(call), call.size,
                                     call.layout.ranks(), call.element),
      std::make_unique<RingProgram>(RingPhases::kAllGather, call.size, call.element,
                                    ring_orders(call.layout, 1)));
}

// The shard of whoever ends the scatter last then goes round the whole ring; with unequal shards
// that need not be the longest one, and no closed form is claimed.
std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  const Rank p = call.layout.ranks();
  const auto cost = uniform_cost(call.layout, inner, outer);
  if (!cost || call.size / call.element % p != 0) return std::nullopt;
  const Duration scatter =
      binomial_tree_time(TreeFlow::kDown, TreeLoad::kSubtree, root_of(call), call, inner, outer);
  return scatter + (p - 1) * cost->message(Partition(call.size, p, call.element).longest());
}

const Registration<Algorithm> kRegistration{{
    .name = "broadcast/scatter_all_gather",
    .summary = "a binomial tree scatters the data, and a ring gathers them everywhere",
    .reference = "Barnett, Gupta, Payne, Shuler, van de Geijn and Watts, Interprocessor collective "
                 "communication library, SHPCC 1994",
    .cost = "(lg p + p - 1) a + 2 (p-1)/p S b for a power of two",
    .parameters = {"root"},
    .make = make,
    .closed_form = closed_form,
}};

}  // namespace
}  // namespace commsim::broadcast_scatter_all_gather
