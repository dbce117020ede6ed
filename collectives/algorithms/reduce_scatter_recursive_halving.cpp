// Recursive halving reduce-scatter. For a power of two only:
//   T = lg p a + (p - 1) / p S b
#include "collectives/programs/recursive_program.hpp"

namespace commsim::reduce_scatter_recursive_halving {
namespace {

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<RecursiveProgram>(call, true, "recursive_halving");
}

const Registration<Algorithm> kRegistration{{
    .name = "reduce_scatter/recursive_halving",
    .summary = "ranks exchange half of what is left over distances that halve",
    .reference = "Thakur, Rabenseifner and Gropp, Optimization of collective communication "
                 "operations in MPICH, IJHPCA 2005",
    .cost = "lg p a + (p-1)/p S b, p a power of two",
    .parameters = {},
    .make = make,
    .closed_form = recursive_time,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim::reduce_scatter_recursive_halving
