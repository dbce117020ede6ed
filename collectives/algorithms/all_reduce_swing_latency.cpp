// Latency-optimal Swing all-reduce: T = lg p (a + S b). Peers exchange all that they have summed.
#include "collectives/programs/swing_program.hpp"

namespace commsim::all_reduce_swing_latency {
namespace {

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return make_swing(SwingVariant::kLatency, call);
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  return swing_time(SwingVariant::kLatency, call, inner, outer);
}

const Registration<Algorithm> kRegistration{{
    .name = "all_reduce/swing_latency",
    .summary = "ranks exchange whole vectors over distances that swing to and fro",
    .reference = "De Sensi et al., Swing: short-cutting rings for higher bandwidth allreduce, "
                 "NSDI 2024",
    .cost = "lg p (a + S b), p a power of two",
    .parameters = {"sides", "channels"},
    .make = make,
    .closed_form = closed_form,
}};

}  // namespace
}  // namespace commsim::all_reduce_swing_latency
