// Direct all-gather: T = a + S b / p on links of its own for each pair.
#include "collectives/programs/direct_program.hpp"

namespace commsim::all_gather_direct {
namespace {

std::unique_ptr<Program> make(const CollectiveCall& call) {
  const Rank p = call.layout.ranks();
  return std::make_unique<DirectProgram>(p, Partition(call.size, p, call.element), false);
}

const Registration<Algorithm> kRegistration{{
    .name = "all_gather/direct",
    .summary = "each rank sends its shard to all others at once",
    .reference = "Thakur, Rabenseifner and Gropp, Optimization of collective communication "
                 "operations in MPICH, IJHPCA 2005",
    .cost = "a + S b / p, each pair on a link of its own",
    .parameters = {},
    .make = make,
    .closed_form = direct_time,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim::all_gather_direct
