// Parallel aggregated trees (collectives/programs/pat_program.hpp). With messages of at most 2^k of
// p shards:
//   T = (k + 2^(ceil(lg p) - k) - 1) a + (p - 1) / p S b
#include "collectives/programs/pat_program.hpp"

namespace commsim::reduce_scatter_pat {
namespace {

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<PatProgram>(call, true);
}

const Registration<Algorithm> kRegistration{{
    .name = "reduce_scatter/pat",
    .summary =
        "sums gather by binomial trees of which near messages aggregate and the far ones go last",
    .reference = "Jeaugey, PAT: a new algorithm for all-gather and reduce-scatter operations at "
                 "scale, 2025 (arXiv:2506.20252); NCCL 2.23",
    .cost = "ceil(lg p) a + (p-1)/p S b, or (k + 2^(ceil(lg p)-k) - 1) a + (p-1)/p S b where a "
            "chunk holds 2^k shards only",
    .parameters = {"chunk"},
    .make = make,
    .closed_form = pat_time,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim::reduce_scatter_pat
