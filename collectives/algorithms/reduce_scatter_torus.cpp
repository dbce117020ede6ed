// Torus reduce-scatter on sides p_1, p_2, ...; S is the total:
//   T = sum over i of (p_i - 1) (a + S b / (p_1 ... p_i))
#include "collectives/programs/torus_program.hpp"

namespace commsim::reduce_scatter_torus {
namespace {

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return make_torus(RingPhases::kReduceScatter, call);
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  return torus_time(RingPhases::kReduceScatter, call, inner, outer);
}

const Registration<Algorithm> kRegistration{{
    .name = "reduce_scatter/torus",
    .summary = "ring reduce-scatters along each dimension of a grid, on shrinking shares",
    .reference = "Cho et al., BlueConnect: decomposing all-reduce for deep learning on "
                 "heterogeneous network hierarchy, MLSys 2019; Jain and Sabharwal, Optimal bucket "
                 "algorithms for large MPI collectives on torus interconnects, ICS 2010",
    .cost =
        "sum of (p_i-1) a + (p_i-1)/p_i S/(p_1...p_{i-1}) b over the sides p_i, last side first",
    .parameters = {"sides", "channels"},
    .make = make,
    .closed_form = closed_form,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim::reduce_scatter_torus
