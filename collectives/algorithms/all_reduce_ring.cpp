// Ring all-reduce: T = 2 (p - 1) (a + S b / p).
#include "collectives/programs/ring_program.hpp"

namespace commsim::all_reduce_ring {
namespace {

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return make_ring(RingPhases::kBoth, call);
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  return ring_time(RingPhases::kBoth, call, inner, outer);
}

const Registration<Algorithm> kRegistration{{
    .name = "all_reduce/ring",
    .summary = "chunks go round a ring twice: once to be summed, once to be spread",
    .reference = "Patarasuk and Yuan, Bandwidth optimal all-reduce algorithms, JPDC 2009; NCCL",
    .cost = "2 (p-1) (a + S b / p)",
    .parameters = {"channels", "order"},
    .make = make,
    .closed_form = closed_form,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim::all_reduce_ring
