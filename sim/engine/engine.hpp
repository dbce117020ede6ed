// The discrete-event engine: it walks every participant through its lanes and hands messages to a
// network model. Model and observer are template parameters, so no event costs a virtual call.
//
// A Network has
//   std::optional<SimTime> inject(Engine&, MessageId, SimTime now)
//       takes a message; returns when it will have left its sender, or nothing if that is not known
//       yet and engine.left() will tell
//   void on_event(Engine&, const Event&, SimTime now)     an event that it scheduled for itself
//   void settle(Engine&, SimTime now)                     after all events of an instant
// and may have
//   Duration transfer(Engine&, const Message&)   the part of the time of a message that is
//   transfer,
//                                                if it is not the wire time of its route
//   kFolds = true    says that it does not matter in which order it takes the messages of an
//   instant
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "core/error.hpp"
#include "sim/engine/arrival_batches.hpp"
#include "sim/engine/event_queue.hpp"
#include "sim/engine/lane_walk.hpp"
#include "sim/engine/outcome.hpp"

namespace commsim {

template <typename Network, typename Observer>
class Engine : private LaneWalk<Engine<Network, Observer>> {
  using Walk = LaneWalk<Engine>;
  friend Walk;

 public:
  Engine(const SimulationInput& input, Network network, Observer observer)
      : Walk(input.program, input.fold),
        limits_(input.limits),
        routes_(input.topology, input.participants(), input.routing, input.settings(), input.fold),
        network_(std::move(network)),
        observer_(std::move(observer)),
        is_ordered_(is_ordered(routes_)),
        departing_(this->lanes(), kNoDeparture) {}

  /// Runs to the end. Throws RequestError when the program deadlocks or time overflows, and what
  /// the limits throw.
  SimulationOutcome run() {
    for (LaneId id = 0; id < this->lanes(); ++id) {
      if (this->lane(id).steps > 0) resume(id);
    }
    network_.settle(*this, SimTime{});
    std::vector<Event> batch;
    while (!queue_.empty()) {
      const SimTime now = queue_.pop_instant(batch);
      outcome_.events += static_cast<std::int64_t>(batch.size());
      for (const Event& event : batch) dispatch(event, now);
      network_.settle(*this, now);
      if (limits_ != nullptr && outcome_.events >= next_check_) check_limits(now);
    }
    const Cause& end = this->end();
    if (limits_ != nullptr) check_limits(end.at);
    outcome_.time = end.at.time_since_epoch();
    outcome_.critical_path = end.path;
    this->add_up(routes_, outcome_);
    return std::move(outcome_);
  }

  // For the network model.
  Message& message(MessageId id) { return messages_[id]; }
  Route& route(const Message& message) { return routes_[message.route]; }
  RouteTable& routes() { return routes_; }
  [[nodiscard]] const MessagePool& messages() const { return messages_; }
  [[nodiscard]] SimTime sent(const Message& message) const {
    return departures_[message.departure].sent;
  }

  void schedule_arrival(MessageId id, SimTime at) {
    if (is_ordered_) {
      const Message& message = messages_[id];
      queue_.push({at, key(kArrive, message.receiver, lane_of(message.sender)), id});
    } else if (const auto fresh = arrivals_.add(id, at)) {
      queue_.push({at, key(kArrive, 0, 0), *fresh});
    }
  }
  /// An event for the model itself; events of one instant come in the order of (a, b).
  void schedule_network(SimTime at, std::uint32_t a, std::uint32_t b, std::uint32_t data) {
    queue_.push({at, key(kNetwork, a, b), data});
  }
  /// More events than one, or fewer, that an event of the model has stood for.
  void count_events(std::int64_t more) { outcome_.events += more; }
  /// `a` of an event that the model has scheduled.
  static std::uint32_t subject(const Event& event) {
    return static_cast<std::uint32_t>((event.key >> kSubjectBits) & (Walk::kMostLanes - 1));
  }
  /// The last byte of a message, of which inject() could not tell, leaves its sender now.
  void left(MessageId id, SimTime now) {
    const Message& message = messages_[id];
    const LaneId sender = lane_of(message.sender);
    Lane& lane = this->lane(sender);
    --lane.unsent;
    departs(lane, message, now);
    if (lane.complete()) end_or_wake(sender, now);
  }

 private:
  enum Kind : std::uint8_t { kNetwork, kArrive, kWake };
  static constexpr unsigned kSubjectBits = 30;
  static_assert(Walk::kMostLanes == std::size_t{1} << kSubjectBits);
  static constexpr std::int64_t kEventsBetweenChecks = 8192;

  static std::uint64_t key(Kind kind, std::uint32_t a, std::uint32_t b) {
    return (((std::uint64_t{kind} << kSubjectBits) | a) << kSubjectBits) | b;
  }

  void dispatch(const Event& event, SimTime now) {
    switch (event.key >> (2 * kSubjectBits)) {
      case kArrive:
        is_ordered_ ? arrive(event.data, now) : arrive_together(event.data, now);
        break;
      case kWake:
        end_step(event.data);
        break;
      default:
        network_.on_event(*this, event, now);
    }
  }

  void resume(LaneId id) {
    proceed(id);
    release();
  }
  void end_step(LaneId id) {
    if (this->finish(id)) proceed(id);
    release();
  }
  // Goes on with every lane that a lane which went on has let go on.
  void release() {
    for (LaneId next = this->unblocked(); next != Walk::kNoLane; next = this->unblocked()) {
      proceed(next);
    }
  }
  // Starts the present step of a lane, and all that follow as long as they take no time.
  void proceed(LaneId id) {
    for (;;) {
      departing_[id] = kNoDeparture;
      if (this->enter(id) != Walk::Entered::kComplete) return;
      const Lane& lane = this->lane(id);
      if (lane.ready.at > lane.started.at) return wake(id);
      if (!this->finish(id)) return;
    }
  }
  void end_or_wake(LaneId id, SimTime now) {
    this->lane(id).ready.at > now ? wake(id) : end_step(id);
  }
  void wake(LaneId id) { queue_.push({this->lane(id).ready.at, key(kWake, id, 0), id}); }

  // For the walk: a message sets off.
  void dispatch(LaneId id, Rank rank, const Transfer& send) {
    Lane& lane = this->lane(id);
    if (lane.memo_peer != send.peer) {
      lane.memo_peer = send.peer;
      lane.memo_route =
          routes_.find(rank, send.peer, static_cast<std::uint32_t>(this->lane_number(id)));
    }
    const SimTime now = lane.started.at;
    const RouteId route = routes_.take(lane.memo_route, send.size);
    const MessageId message_id = messages_.allocate();
    Message& message = messages_[message_id];
    message.sender = this->as_sender(id, send);
    message.receiver = this->receiver_of(id, send);
    message.route = route;
    message.size = send.size;
    message.departure = departure_of(id, lane);
    ++outcome_.messages;
    observer_.sent(routes_, route, send.size);
    if (const auto leaves = network_.inject(*this, message_id, now)) {
      departs(lane, messages_[message_id], *leaves);
    } else {
      ++lane.unsent;
    }
  }
  DepartureId departure_of(LaneId id, const Lane& lane) {
    DepartureId& departing = departing_[id];
    if (departing == kNoDeparture) {
      departing = departures_.allocate();
      departures_[departing] = {.sent = lane.started.at, .path = lane.started.path};
    }
    ++departures_[departing].messages;
    return departing;
  }
  void miss_end(LaneId /*id*/) {}  // it lies before the present instant and so decides nothing

  // A send of the present step leaves at `at`: the latest of them decides.
  void departs(Lane& lane, const Message& message, SimTime at) {
    Cause departure{.at = at, .path = lane.started.path};
    departure.path.transfer +=
        std::min<Duration>(at - lane.started.at, routes_[message.route].wire_time(message.size));
    lane.ready.raise_to(departure);
  }

  void arrive_together(std::uint32_t batch, SimTime now) {
    const std::vector<MessageId> together = arrivals_.take(batch);
    outcome_.events += static_cast<std::int64_t>(together.size()) - 1;
    for (const MessageId id : together) arrive(id, now);
  }
  void arrive(MessageId id, SimTime now) {
    const Message message = messages_[id];
    Departure& departure = departures_[message.departure];
    observer_.arrived(routes_.use(message.route), message.size, departure.sent, now);
    routes_.give_back(message.route, message.size);
    PathCost path = departure.path;
    path.transfer += transfer(message);
    path.latency += routes_[message.route].latency;
    if (--departure.messages == 0) departures_.release(message.departure);
    messages_.release(id);
    if (Walk::arrive(message.receiver, message.sender, {now, path})) {
      end_or_wake(message.receiver, now);
    }
  }
  Duration transfer(const Message& message) {
    if constexpr (requires(Engine & engine) { network_.transfer(engine, message); }) {
      return network_.transfer(*this, message);
    } else {
      return routes_[message.route].wire_time(message.size);
    }
  }

  // Whether arrivals of one instant have to come in the order of their keys.
  static bool is_ordered(const RouteTable& routes) {
    if constexpr (
        requires { Network::kFolds; } && !requires { Observer::kInOrder; }) {
      if (Network::kFolds) return routes.adaptive();
    }
    return true;
  }

  void check_limits(SimTime now) {
    limits_->check(outcome_.messages, now);
    next_check_ = outcome_.events + kEventsBetweenChecks;
  }

  const RunLimits* limits_;
  RouteTable routes_;
  Network network_;
  Observer observer_;
  EventQueue queue_;
  bool is_ordered_;
  MessagePool messages_;
  DeparturePool departures_;
  std::vector<DepartureId> departing_;  // by lane: of its present step, if it has sent anything
  ArrivalBatches arrivals_;
  SimulationOutcome outcome_;
  std::int64_t next_check_ = kEventsBetweenChecks;
};

}  // namespace commsim
