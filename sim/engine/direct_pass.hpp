// A simulation without a queue of events. Where no message can change the time of another, when a
// step ends follows from the ends of the steps that it hears from:
//   end of a step = max(start + compute, departures of its sends, arrivals at it)
// so that steps can be evaluated in any order in which causes come before effects: here in rounds,
// each lane taking one step a round. A Wire tells the time of each message, and whether another one
// is in its way; then the pass gives up, and the engine has to find out who comes first.
//
// A Wire has
//   void claim(const Flight&)  comes before the first flight of each row of flights over one route
//                          that follow each other without overlap
//   bool carry(Flight&)    fills in the flight of a message that is alone; false if it may not be.
//                          Messages of one link come in any order.
#pragma once

#include <optional>
#include <vector>

#include "sim/engine/lane_walk.hpp"
#include "sim/engine/outcome.hpp"

namespace commsim {

/// A message as a wire sees it.
struct Flight {
  Route& route;
  std::span<const LinkId> links;
  std::span<const std::int64_t> shares;  ///< of links that carry a part of the message, or several
  Bytes size;
  SimTime sent;
  SimTime left;             ///< when the last byte has left the sender, for the wire to fill in
  Cause arrival;            ///< likewise; its path holds the chain up to `sent`
  int events = 1;           ///< how many events the engine would have of it
  bool event_left = false;  ///< whether its departure would be one of them

  /// As if it had all links to itself, T = L / B + D.
  void pass_alone() {
    const Duration wire = route.wire_time(size);
    left = later(sent, wire);
    arrival.at = later(left, route.latency);
    arrival.path.transfer += wire;
    arrival.path.latency += route.latency;
  }
};

template <typename Wire, typename Observer>
class DirectPass : private LaneWalk<DirectPass<Wire, Observer>> {
  using Walk = LaneWalk<DirectPass>;
  friend Walk;

 public:
  DirectPass(const SimulationInput& input, Wire wire, Observer observer)
      : Walk(input.program, input.fold),
        limits_(input.limits),
        routes_(input.topology, input.participants(), input.routing, input.settings(), input.fold),
        wire_(std::move(wire)),
        observer_(std::move(observer)) {}

  /// What the engine would return, or nothing where messages may be in each other's way. Throws
  /// what the engine would.
  std::optional<SimulationOutcome> run() {
    for (LaneId id = 0; id < this->lanes() && !crossed_; ++id) {
      if (this->lane(id).steps > 0) enter(id);
    }
    std::vector<LaneId> round;
    while (!complete_.empty() && !crossed_) {
      round.swap(complete_);
      complete_.clear();
      for (const LaneId id : round) end_step(id);
    }
    if (crossed_) return std::nullopt;
    const Cause& end = this->end();
    if (limits_ != nullptr) limits_->check(outcome_.messages, end.at);
    outcome_.method = Method::kDirect;
    outcome_.time = end.at.time_since_epoch();
    outcome_.critical_path = end.path;
    this->add_up(routes_, outcome_);
    return std::move(outcome_);
  }

 private:
  static constexpr std::int64_t kMessagesBetweenChecks = 8192;

  void enter(LaneId id) {
    if (Walk::enter(id) == Walk::Entered::kComplete) complete_.push_back(id);
  }

  void end_step(LaneId id) {
    const Lane& lane = this->lane(id);
    if (lane.ready.at > lane.heard) ++outcome_.events;  // the engine would wake it
    if (this->finish(id)) enter(id);
    for (LaneId next = this->unblocked(); next != Walk::kNoLane; next = this->unblocked()) {
      enter(next);
    }
  }

  // For the walk: a message sets off.
  void dispatch(LaneId id, Rank rank, const Transfer& send) {
    if (crossed_) return;
    Lane& lane = this->lane(id);
    const bool another = lane.memo_peer != send.peer;
    if (another) {
      lane.memo_peer = send.peer;
      lane.memo_route =
          routes_.find(rank, send.peer, static_cast<std::uint32_t>(this->lane_number(id)));
    }
    Route& route = routes_[lane.memo_route];
    Flight flight{.route = route,
                  .links = routes_.links(lane.memo_route),
                  .shares = routes_.shares(lane.memo_route),
                  .size = send.size,
                  .sent = lane.started.at,
                  .left = lane.started.at,
                  .arrival = {.at = lane.started.at, .path = lane.started.path}};
    // What a lane sends to one lane of one peer is never on the way twice at a time.
    if (another || send.lane != kSameLane) wire_.claim(flight);
    if (!wire_.carry(flight)) {
      crossed_ = true;
      return;
    }
    observer_.sent(routes_, lane.memo_route, send.size);
    outcome_.events += flight.events;
    if (++outcome_.messages % kMessagesBetweenChecks == 0 && limits_ != nullptr) {
      limits_->check(outcome_.messages, flight.sent);
    }
    Cause departure{.at = flight.left, .path = lane.started.path};
    departure.path.transfer +=
        std::min<Duration>(flight.left - flight.sent, route.wire_time(send.size));
    lane.ready.raise_to(departure);
    if (flight.event_left) lane.heard = std::max(lane.heard, flight.left);
    const LaneId receiver = this->receiver_of(id, send);
    if (this->arrive(receiver, this->as_sender(id, send), flight.arrival)) {
      complete_.push_back(receiver);
    }
  }
  void miss_end(LaneId /*id*/) { crossed_ = true; }

  const RunLimits* limits_;
  RouteTable routes_;
  Wire wire_;
  Observer observer_;
  std::vector<LaneId> complete_;  // lanes whose step can end
  bool crossed_ = false;
  SimulationOutcome outcome_;
};

}  // namespace commsim
