// Fluid flows with max-min fair rates: a message takes L / (the bandwidth that it gets) + the sum
// of the latencies of its route. Rates change only when flows start or end.
#pragma once

#include <algorithm>
#include <optional>

#include "sim/engine/event_queue.hpp"
#include "sim/engine/route_table.hpp"
#include "sim/network/flow_cohorts.hpp"
#include "sim/network/max_min.hpp"

namespace commsim {

/// A network for the engine (sim/engine/engine.hpp): messages of one route are a class of flows.
/// All that ends at an instant is one event of the engine, which counts it as one for each flow.
class FairFlows {
 public:
  static constexpr bool kFolds = true;

  explicit FairFlows(const Topology& topology) : max_min_(topology) {}

  template <typename Engine>
  std::optional<SimTime> inject(Engine& engine, MessageId id, SimTime now) {
    const Message& message = engine.message(id);
    if (message.size == Bytes{0}) {
      engine.schedule_arrival(id, later(now, engine.route(message).latency));
      return now;
    }
    for (; classes_ <= message.route; ++classes_) {
      const Route& route = engine.routes()[classes_];
      max_min_.add_class(engine.links(route), engine.routes().shares(route), route.whole);
    }
    cohorts_.add(message.route, message.size, id, now);
    max_min_.change(message.route, 1);
    return std::nullopt;
  }

  template <typename Engine>
  void on_event(Engine& engine, const Event& /*event*/, SimTime now) {
    if (now >= scheduled_) scheduled_ = SimTime::max();
    const auto& ended = cohorts_.end(now);
    for (const FlowCohorts::Ended& flow : ended) max_min_.change(flow.of, -1);
    engine.count_events(static_cast<std::int64_t>(ended.size()) - 1);
    for (const FlowCohorts::Ended& flow : ended) {
      engine.schedule_arrival(flow.message, arrival(engine, flow.message, now));
      engine.left(flow.message, now);
    }
  }

  template <typename Engine>
  void settle(Engine& engine, SimTime now) {
    for (const MaxMin::ClassId id : max_min_.solve()) {
      cohorts_.set_rate(id, max_min_.rate(id), now);
    }
    const auto next = cohorts_.next_end();
    if (!next || *next >= scheduled_) return;
    scheduled_ = *next;
    engine.schedule_network(*next, 0, 0, 0);
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

  MaxMin max_min_;
  FlowCohorts cohorts_;
  RouteId classes_ = 0;  // how many routes max_min_ knows
  SimTime scheduled_ = SimTime::max();
};

}  // namespace commsim
