// Every message takes one microsecond, whatever its size: bandwidth without end.
#include "sim/network/network_model.hpp"

namespace commsim::constant_time {
namespace {

class ConstantTime {
 public:
  // Returns when the message will have left its sender, and says when it arrives.
  template <typename Engine>
  std::optional<SimTime> inject(Engine& engine, MessageId id, SimTime now) {
    engine.schedule_arrival(id, later(now, 1_usec));
    return now;
  }
  template <typename Engine>
  void on_event(Engine& /*engine*/, const Event& /*event*/, SimTime /*now*/) {}
  template <typename Engine>
  void settle(Engine& /*engine*/, SimTime /*now*/) {}
};

SimulationOutcome simulate(const SimulationInput& input) {
  return simulate_with(input, ConstantTime{});
}

const Registration<NetworkModel> registration{{
    .name = "example_constant_time",
    .summary = "every message takes one microsecond",
    .reference = "the example of docs/extending.md",
    .contention = false,
    .simulate = simulate,
}};

}  // namespace
}  // namespace commsim::constant_time
