// Torus all-gather on sides p_1, p_2, ...; S is the total:
//   T = sum over i of (p_i - 1) (a + S b / (p_1 ... p_i))
#include "collectives/programs/torus_program.hpp"

namespace commsim::all_gather_torus {
namespace {

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return make_torus(RingPhases::kAllGather, call);
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  return torus_time(RingPhases::kAllGather, call, inner, outer);
}

const Registration<Algorithm> kRegistration{{
    .name = "all_gather/torus",
    .summary = "ring all-gathers along each dimension of a grid, on growing shares",
    .reference = "Cho et al., BlueConnect: decomposing all-reduce for deep learning on "
                 "heterogeneous network hierarchy, MLSys 2019; Jain and Sabharwal, Optimal bucket "
                 "algorithms for large MPI collectives on torus interconnects, ICS 2010",
    .cost =
        "sum of (p_i-1) a + (p_i-1)/p_i S/(p_1...p_{i-1}) b over the sides p_i, first side first",
    .parameters = {"sides", "channels"},
    .make = make,
    .closed_form = closed_form,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim::all_gather_torus
