// Fluid flows with max-min fair rates: a message takes L / (the bandwidth that it gets) + the sum
// of the latencies of its route. Rates change only when flows start or end.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "sim/engine/event_queue.hpp"
#include "sim/engine/route_table.hpp"
#include "sim/network/flow_cohorts.hpp"
#include "sim/network/flow_quotient.hpp"
#include "sim/network/max_min.hpp"

namespace commsim {

/// A network for the engine (sim/engine/engine.hpp): messages of one route are a class of flows.
/// All that starts at an instant is looked at together: many flows on a network without others are
/// divided into classes that cannot be told apart, which then stand for them, until others come.
/// All that ends at an instant is one event of the engine, which counts it as one for each flow.
class FairFlows {
 public:
  static constexpr bool kFolds = true;

  explicit FairFlows(const Topology& topology, FlowQuotient::Worth worth)
      : max_min_(topology), quotient_(topology, worth) {}
  explicit FairFlows(const Topology& topology) : FairFlows(topology, FlowQuotient::Worth{}) {}

  template <typename Engine>
  std::optional<SimTime> inject(Engine& engine, MessageId id, SimTime now) {
    const Message& message = engine.message(id);
    if (message.size == Bytes{0}) {
      engine.schedule_arrival(id, later(now, engine.route(message).latency));
      return now;
    }
    fresh_.push_back(id);
    return std::nullopt;
  }

  template <typename Engine>
  void on_event(Engine& engine, const Event& /*event*/, SimTime now) {
    if (now >= scheduled_) scheduled_ = SimTime::max();
    engine.count_events(static_cast<std::int64_t>(end(now)) - 1);
    for (const auto& together : ended_) {
      for (const MessageId id : together) {
        engine.schedule_arrival(id, arrival(engine, id, now));
        engine.left(id, now);
      }
    }
  }

  template <typename Engine>
  void settle(Engine& engine, SimTime now) {
    if (!fresh_.empty()) start(engine.routes(), engine.messages(), now);
    solve(now);
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
    const SimTime lawful = later(engine.sent(message), route.wire_time(message.size));
    return later(std::max(now, lawful), route.latency);
  }

  void start(RouteTable& routes, const MessagePool& messages, SimTime now);
  bool start_alike(RouteTable& routes, const MessagePool& messages, SimTime now);
  void tell_apart(RouteTable& routes, const MessagePool& messages);
  void start_one(RouteTable& routes, RouteId route);
  std::size_t end(SimTime now);
  void solve(SimTime now);

  MaxMin max_min_;
  FlowQuotient quotient_;
  FlowCohorts cohorts_;
  std::vector<RouteId> class_route_;  // by class of the quotient: the route it has in cohorts_
  std::unordered_map<RouteId, FlowQuotient::ClassId> route_class_;
  std::vector<MessageId> fresh_;  // to be started
  std::vector<std::span<const MessageId>> ended_;
  std::vector<MessageId> ended_alone_;
  std::size_t flows_ = 0;  // under way
  RouteId classes_ = 0;    // how many routes max_min_ knows
  SimTime scheduled_ = SimTime::max();
};

}  // namespace commsim
