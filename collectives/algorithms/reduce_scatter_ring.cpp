// Ring reduce-scatter: T = (p - 1) (a + S b / p), S being the total.
#include "collectives/programs/ring_program.hpp"

namespace commsim::reduce_scatter_ring {
namespace {

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return make_ring(RingPhases::kReduceScatter, call);
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  return ring_time(RingPhases::kReduceScatter, call, inner, outer);
}

const Registration<Algorithm> kRegistration{{
    .name = "reduce_scatter/ring",
    .summary = "each partial sum passes through all ranks and ends at its owner",
    .reference = "Patarasuk and Yuan, Bandwidth optimal all-reduce algorithms, JPDC 2009; NCCL",
    .cost = "(p-1) (a + S b / p)",
    .parameters = {"channels", "order"},
    .make = make,
    .closed_form = closed_form,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim::reduce_scatter_ring
