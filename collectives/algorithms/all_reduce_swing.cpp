// Bandwidth-optimal Swing all-reduce: T = 2 lg p a + 2 (p - 1) / p S b. In step s a rank hands over
// the shares that its peer reaches by later steps; then the same way back.
#include "collectives/programs/swing_program.hpp"

namespace commsim::all_reduce_swing {
namespace {

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return make_swing(SwingVariant::kBandwidth, call);
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  return swing_time(SwingVariant::kBandwidth, call, inner, outer);
}

const Registration<Algorithm> kRegistration{{
    .name = "all_reduce/swing",
    .summary =
        "reduce-scatter and all-gather over distances that swing to and fro, short on a torus",
    .reference = "De Sensi et al., Swing: short-cutting rings for higher bandwidth allreduce, "
                 "NSDI 2024",
    .cost = "2 lg p a + 2 (p-1)/p S b, p a power of two",
    .parameters = {"sides", "channels"},
    .make = make,
    .closed_form = closed_form,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim::all_reduce_swing
