// T = L / B + D for every message by itself: B is the narrowest link of its route, D the sum of the
// latencies. Links are not shared, so this is the law of the closed forms and an upper limit of
// speed.
#include "sim/network/network_model.hpp"

namespace commsim::alpha_beta {
namespace {

class AlphaBeta {
 public:
  static constexpr bool kFolds = true;

  template <typename Engine>
  std::optional<SimTime> inject(Engine& engine, MessageId id, SimTime now) {
    Message& message = engine.message(id);
    Route& route = engine.route(message);
    const SimTime left = later(now, route.wire_time(message.size));
    engine.schedule_arrival(id, later(left, route.latency));
    return left;
  }
  template <typename Engine>
  void on_event(Engine& /*engine*/, const Event& /*event*/, SimTime /*now*/) {}
  template <typename Engine>
  void settle(Engine& /*engine*/, SimTime /*now*/) {}
};

// No message is ever in the way of another.
struct FreeWire {
  static void claim(const Flight& /*flight*/) {}
  static bool carry(Flight& flight) {
    flight.pass_alone();
    return true;
  }

  static constexpr bool kHearsDepartures = false;
  static void claim(const Row& /*row*/) {}
  static bool open(Row& /*row*/, std::uint32_t /*run*/) { return true; }
  static void close(const Row& /*row*/) {}
};

SimulationOutcome simulate(const SimulationInput& input) {
  return simulate_with(
      input, [] { return FreeWire{}; }, [] { return AlphaBeta{}; });
}

const Registration<NetworkModel> kAlphaBeta{{
    .name = "alpha_beta",
    .summary = "every message takes L / B + D, as if it had all links to itself",
    .reference = "Hockney, The communication challenge for MPP, Parallel Computing 20 (1994)",
    .contention = false,
    .spreads = true,
    .simulate = simulate,
}};

}  // namespace
}  // namespace commsim::alpha_beta
