// Torus all-reduce on sides p_1, p_2, ...:
//   T = sum over i of 2 (p_i - 1) (a + S b / (p_1 ... p_i))
#include "collectives/programs/torus_program.hpp"

namespace commsim::all_reduce_torus {
namespace {

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return make_torus(RingPhases::kBoth, call);
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  return torus_time(RingPhases::kBoth, call, inner, outer);
}

const Registration<Algorithm> kRegistration{{
    .name = "all_reduce/torus",
    .summary = "rings along each dimension of a grid: sums on shrinking shares, then gathers back",
    .reference = "Cho et al., BlueConnect: decomposing all-reduce for deep learning on "
                 "heterogeneous network hierarchy, MLSys 2019; Jain and Sabharwal, Optimal bucket "
                 "algorithms for large MPI collectives on torus interconnects, ICS 2010",
    .cost = "sum of 2 ((p_i-1) a + (p_i-1)/p_i S/(p_1...p_{i-1}) b) over the sides p_i, last side "
            "first; divided by k channels on links of their own",
    .parameters = {"sides", "channels"},
    .make = make,
    .closed_form = closed_form,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim::all_reduce_torus
