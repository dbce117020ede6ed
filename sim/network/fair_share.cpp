// Fluid flows with max-min fair rates: a message takes L / (the bandwidth that it gets) + the sum
// of the latencies of its route. Rates change only when flows start or end.
#include <algorithm>
#include <cmath>

#include "sim/network/max_min.hpp"
#include "sim/network/network_model.hpp"

namespace commsim::fair_share {
namespace {

class FairShare {
 public:
  explicit FairShare(const Topology& topology) : max_min_(topology) {}

  template <typename Engine>
  std::optional<SimTime> inject(Engine& engine, MessageId id, SimTime now) {
    const Message& message = engine.message(id);
    if (message.size == Bytes{0}) {
      engine.schedule_arrival(id, later(now, engine.route(message).latency));
      return now;
    }
    while (classes_.size() <= message.route) {
      const Route& route = engine.routes()[static_cast<RouteId>(classes_.size())];
      max_min_.add_class(engine.links(route), engine.routes().shares(route), route.whole);
      classes_.emplace_back();
    }
    FlowClass& flows = classes_[message.route];
    flows.serve_until(now);
    if (flows.pending.empty()) flows.served = 0;
    flows.pending.push_back({flows.served + static_cast<double>(message.size.count()), id});
    std::push_heap(flows.pending.begin(), flows.pending.end(), std::greater<>{});
    max_min_.change(message.route, 1);
    return std::nullopt;
  }

  // The first flow of a class ends, unless the rate has changed since this was scheduled.
  template <typename Engine>
  void on_event(Engine& engine, const Event& event, SimTime now) {
    const auto id = RouteId{Engine::subject(event)};
    FlowClass& flows = classes_[id];
    if (event.data != flows.version) return;
    flows.serve_until(now);
    flows.served = std::max(flows.served, flows.target);
    flows.target = kNothingScheduled;
    ended_.clear();
    while (!flows.pending.empty() && flows.pending.front().target <= flows.served) {
      ended_.push_back(flows.pending.front().message);
      std::pop_heap(flows.pending.begin(), flows.pending.end(), std::greater<>{});
      flows.pending.pop_back();
    }
    max_min_.change(id, -static_cast<std::int64_t>(ended_.size()));
    for (const MessageId message : ended_) {
      engine.schedule_arrival(message, arrival(engine, message, now));
      engine.left(message, now);
    }
  }

  template <typename Engine>
  void settle(Engine& engine, SimTime now) {
    for (const MaxMin::ClassId id : max_min_.solve()) {
      FlowClass& flows = classes_[id];
      const FairRate& rate = max_min_.rate(id);
      const double target = flows.pending.front().target;
      if (rate == flows.rate && target == flows.target) continue;
      flows.serve_until(now);
      flows.rate = rate;
      flows.target = target;
      ++flows.version;
      const SimTime end = later(now, rate.time_for(target - flows.served));
      engine.schedule_network(end, id, 0, flows.version);
    }
  }

 private:
  // Rounding of fluid rates must not make a message faster than the law.
  template <typename Engine>
  static SimTime arrival(Engine& engine, MessageId id, SimTime now) {
    const Message& message = engine.message(id);
    Route& route = engine.route(message);
    const SimTime lawful = later(message.sent, route.wire_time(message.size));
    return later(std::max(now, lawful), route.latency);
  }

  static constexpr double kNothingScheduled = -1;

  struct Flow {
    double target;  // ends when its class has served so much to each flow
    MessageId message;
    friend bool operator>(const Flow& a, const Flow& b) {
      return a.target != b.target ? a.target > b.target : a.message > b.message;
    }
  };
  // The flows of one route. All get the same rate, so one counter of bytes served serves them all.
  struct FlowClass {
    double served = 0;  // bytes to each flow, at `since`
    SimTime since{};
    FairRate rate;                      // since then
    double target = kNothingScheduled;  // of the flow whose end is scheduled
    std::uint32_t version = 0;
    std::vector<Flow> pending;  // a heap, the first to end on top

    void serve_until(SimTime now) {
      served += static_cast<double>((now - since).count()) * rate.bytes_per_ps;
      since = now;
    }
  };

  MaxMin max_min_;
  std::vector<FlowClass> classes_;  // by route
  std::vector<MessageId> ended_;
};

SimulationOutcome simulate(const SimulationInput& input) {
  return simulate_with(input, FairShare(input.topology));
}

const Registration<NetworkModel> kFairShare{{
    .name = "fair_share",
    .summary = "messages are fluid flows that share links max-min fairly (the default)",
    .reference = "Bertsekas and Gallager, Data Networks, 2nd ed., section 6.5.2 (1992)",
    .spreads = true,
    .simulate = simulate,
}};

}  // namespace
}  // namespace commsim::fair_share
