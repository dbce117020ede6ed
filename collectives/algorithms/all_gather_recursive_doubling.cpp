// Recursive doubling all-gather. For a power of two only:
//   T = lg p a + (p - 1) / p S b
#include "collectives/programs/recursive_program.hpp"

namespace commsim::all_gather_recursive_doubling {
namespace {

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<RecursiveProgram>(call, false, "recursive_doubling");
}

const Registration<Algorithm> kRegistration{{
    .name = "all_gather/recursive_doubling",
    .summary = "ranks exchange all that they have over distances that double",
    .reference = "Thakur, Rabenseifner and Gropp, Optimization of collective communication "
                 "operations in MPICH, IJHPCA 2005",
    .cost = "lg p a + (p-1)/p S b, p a power of two",
    .parameters = {},
    .make = make,
    .closed_form = recursive_time,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim::all_gather_recursive_doubling
