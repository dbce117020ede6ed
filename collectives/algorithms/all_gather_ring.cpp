// Ring all-gather: T = (p - 1) (a + S b / p), S being the total.
#include "collectives/programs/ring_program.hpp"

namespace commsim::all_gather_ring {
namespace {

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return make_ring(RingPhases::kAllGather, call);
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  return ring_time(RingPhases::kAllGather, call, inner, outer);
}

const Registration<Algorithm> kRegistration{{
    .name = "all_gather/ring",
    .summary = "each rank passes on the shard that it received last",
    .reference = "Patarasuk and Yuan, Bandwidth optimal all-reduce algorithms, JPDC 2009; NCCL",
    .cost = "(p-1) (a + S b / p)",
    .parameters = {"channels", "order"},
    .make = make,
    .closed_form = closed_form,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim::all_gather_ring
