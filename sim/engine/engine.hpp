// The discrete-event engine: it walks every participant through its lanes and hands messages to a
// network model. Model and observer are template parameters, so no event costs a virtual call.
//
// A Network has
//   std::optional<SimTime> inject(Engine&, MessageId, SimTime now)
//       takes a message; returns when it will have left its sender, or nothing if that is not known
//       yet and engine.left() will tell
//   void on_event(Engine&, const Event&, SimTime now)     an event that it scheduled for itself
//   void settle(Engine&, SimTime now)                     after all events of an instant
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "core/error.hpp"
#include "sim/engine/event_queue.hpp"
#include "sim/engine/lane.hpp"
#include "sim/engine/outcome.hpp"

namespace commsim {

template <typename Network, typename Observer>
class Engine {
 public:
  Engine(const SimulationInput& input, Network network, Observer observer)
      : program_(input.program),
        lane_count_(static_cast<std::uint32_t>(program_.lanes())),
        routes_(input.topology, input.participants(), input.routing, input.settings()),
        network_(std::move(network)),
        observer_(std::move(observer)) {
    const auto participants = static_cast<std::size_t>(program_.participants());
    ensure(participants <= input.participants().size(), "the program fits the topology");
    if (participants * lane_count_ >= kMostLanes) {
      throw RequestError("the schedule has too many lanes; use fewer channels or ranks");
    }
    lanes_.resize(participants * lane_count_);
    blocked_.resize(participants);
  }

  /// Runs to the end. Throws RequestError when the program deadlocks or time overflows.
  SimulationOutcome run() {
    for (LaneId id = 0; id < lanes_.size(); ++id) {
      const auto steps = program_.steps(participant(id), lane_number(id));
      lanes_[id].steps = static_cast<std::uint32_t>(steps);
      open_lanes_ += steps > 0 ? 1 : 0;
    }
    for (LaneId id = 0; id < lanes_.size(); ++id) resume(id, SimTime{});
    network_.settle(*this, SimTime{});
    std::vector<Event> batch;
    while (!queue_.empty()) {
      const SimTime now = queue_.pop_instant(batch);
      outcome_.events += static_cast<std::int64_t>(batch.size());
      for (const Event& event : batch) dispatch(event, now);
      network_.settle(*this, now);
    }
    if (open_lanes_ > 0) refuse_deadlock();
    outcome_.time = end_.time_since_epoch();
    outcome_.links = routes_.totals();
    for (RouteId id = 0; id < routes_.size(); ++id) outcome_.sent += routes_[id].bytes;
    return std::move(outcome_);
  }

  // For the network model.
  Message& message(MessageId id) { return messages_[id]; }
  Route& route(const Message& message) { return routes_[message.route]; }
  [[nodiscard]] std::span<const LinkId> links(const Route& route) const {
    return routes_.links(route);
  }
  RouteTable& routes() { return routes_; }

  void schedule_arrival(MessageId id, SimTime at) {
    const Message& message = messages_[id];
    queue_.push({at, key(kArrive, message.receiver, message.sender), id});
  }
  /// An event for the model itself; events of one instant come in the order of (a, b).
  void schedule_network(SimTime at, std::uint32_t a, std::uint32_t b, std::uint32_t data) {
    queue_.push({at, key(kNetwork, a, b), data});
  }
  /// `a` of an event that the model has scheduled.
  static std::uint32_t subject(const Event& event) {
    return static_cast<std::uint32_t>((event.key >> kSubjectBits) & (kMostLanes - 1));
  }
  /// The last byte of a message, of which inject() could not tell, leaves its sender now.
  void left(MessageId id, SimTime now) {
    const Message& message = messages_[id];
    const LaneId sender = message.sender;
    Lane& lane = lanes_[sender];
    --lane.unsent;
    departs(lane, message, now);
    if (lane.unsent == 0 && lane.awaited.empty()) wait_until_ready(sender, now);
  }

 private:
  enum Kind : std::uint8_t { kNetwork, kArrive, kWake };
  static constexpr unsigned kSubjectBits = 30;
  static constexpr std::size_t kMostLanes = std::size_t{1} << kSubjectBits;

  static std::uint64_t key(Kind kind, std::uint32_t a, std::uint32_t b) {
    return (((std::uint64_t{kind} << kSubjectBits) | a) << kSubjectBits) | b;
  }
  [[nodiscard]] Rank participant(LaneId id) const {
    return static_cast<Rank>(lane_count_ == 1 ? id : id / lane_count_);
  }
  [[nodiscard]] int lane_number(LaneId id) const {
    return static_cast<int>(lane_count_ == 1 ? 0 : id % lane_count_);
  }
  [[nodiscard]] LaneId lane_of(Rank rank, int lane) const {
    return static_cast<LaneId>(rank) * lane_count_ + static_cast<LaneId>(lane);
  }

  void dispatch(const Event& event, SimTime now) {
    switch (event.key >> (2 * kSubjectBits)) {
      case kArrive:
        arrive(event.data, now);
        break;
      case kWake: {
        Lane& lane = lanes_[event.data];
        lane.path = lane.ready_path;
        end_step(event.data, now);
        break;
      }
      default:
        network_.on_event(*this, event, now);
    }
  }

  // The lane of a peer that a transfer of lane `id` names.
  [[nodiscard]] LaneId far_lane(LaneId id, const Transfer& transfer) const {
    return lane_of(transfer.peer, transfer.lane == kSameLane ? lane_number(id) : transfer.lane);
  }

  // Starts the present step of a lane, and all that follow as long as they take no time.
  void proceed(LaneId id, SimTime now) {
    while (lanes_[id].step < lanes_[id].steps && start(id, now)) finish_step(id);
    if (lanes_[id].step < lanes_[id].steps) return;
    if (lanes_[id].steps > 0) close(id, now);
  }

  void end_step(LaneId id, SimTime now) {
    finish_step(id);
    resume(id, now);
  }

  // Goes on with a lane and with every lane that this lets go on.
  void resume(LaneId id, SimTime now) {
    proceed(id, now);
    while (!unblocked_.empty()) {
      const LaneId next = unblocked_.back();
      unblocked_.pop_back();
      proceed(next, now);
    }
  }

  void finish_step(LaneId id) {
    ++lanes_[id].step;
    const Rank rank = participant(id);
    if (blocked_[static_cast<std::size_t>(rank)] == 0) return;
    for (int l = 0; l < static_cast<int>(lane_count_); ++l) {
      Lane& other = lanes_[lane_of(rank, l)];
      if (!other.blocked) continue;
      other.blocked = false;
      other.path = lanes_[id].path;
      --blocked_[static_cast<std::size_t>(rank)];
      unblocked_.push_back(lane_of(rank, l));
    }
  }

  void close(LaneId id, SimTime now) {
    --open_lanes_;
    if (now >= end_) {
      end_ = now;
      outcome_.critical_path = lanes_[id].path;
    }
  }

  // Starts a step; true if it has ended already.
  bool start(LaneId id, SimTime now) {
    Lane& lane = lanes_[id];
    const Rank rank = participant(id);
    step_.clear();
    program_.step(rank, lane_number(id), static_cast<int>(lane.step), step_);
    for (const Wait& wait : step_.waits()) {
      if (lanes_[lane_of(rank, wait.lane)].step > static_cast<std::uint32_t>(wait.step)) continue;
      lane.blocked = true;
      ++blocked_[static_cast<std::size_t>(rank)];
      return false;
    }
    lane.ready = later(now, step_.compute());
    lane.ready_path = lane.path;
    lane.ready_path.compute += step_.compute();
    for (const Transfer& send : step_.sends()) dispatch_send(id, rank, send, now);
    for (const Transfer& receive : step_.receives()) {
      const LaneId sender = far_lane(id, receive);
      if (!take_early(lane, sender)) lane.awaited.push_back(sender);
    }
    if (!lane.awaited.empty() || lane.unsent > 0) return false;
    if (lane.ready > now) {
      wake(id);
      return false;
    }
    lane.path = lane.ready_path;
    return true;
  }

  void dispatch_send(LaneId id, Rank rank, const Transfer& send, SimTime now) {
    Lane& lane = lanes_[id];
    if (lane.memo_peer != send.peer) {
      lane.memo_peer = send.peer;
      lane.memo_route = routes_.find(rank, send.peer, static_cast<std::uint32_t>(lane_number(id)));
    }
    const MessageId message_id = messages_.allocate();
    Message& message = messages_[message_id];
    message.sender = id;
    message.receiver = far_lane(id, send);
    message.from = rank;
    message.route = routes_.take(lane.memo_route, send.size);
    message.size = send.size;
    message.sent = now;
    Route& route = routes_[message.route];
    message.path = lane.path;
    message.path.transfer += route.wire_time(send.size);
    message.path.latency += route.latency;
    ++outcome_.messages;
    observer_.sent(route, message);
    if (const auto leaves = network_.inject(*this, message_id, now)) {
      departs(lane, messages_[message_id], *leaves);
    } else {
      ++lane.unsent;
    }
  }

  // A send of the present step leaves at `at`: the latest of them decides.
  void departs(Lane& lane, const Message& message, SimTime at) {
    if (at < lane.ready) return;
    lane.ready = at;
    lane.ready_path = lane.path;
    lane.ready_path.transfer +=
        std::min<Duration>(at - message.sent, routes_[message.route].wire_time(message.size));
  }

  void arrive(MessageId id, SimTime now) {
    Message& message = messages_[id];
    observer_.arrived(routes_[message.route], message, now);
    routes_.give_back(message.route, message.size);
    const LaneId receiver = message.receiver;
    Lane& lane = lanes_[receiver];
    const auto place = std::find(lane.awaited.begin(), lane.awaited.end(), message.sender);
    if (place == lane.awaited.end()) {
      message.next = kNoMessage;
      (lane.early_first == kNoMessage ? lane.early_first : messages_[lane.early_last].next) = id;
      lane.early_last = id;
      return;
    }
    lane.awaited.erase(place);
    const PathCost path = message.path;
    messages_.release(id);
    if (!lane.awaited.empty() || lane.unsent > 0) return;
    if (lane.ready <= now) {
      lane.path = path;
      end_step(receiver, now);
    } else {
      wake(receiver);
    }
  }

  void wait_until_ready(LaneId id, SimTime now) {
    Lane& lane = lanes_[id];
    if (lane.ready > now) return wake(id);
    lane.path = lane.ready_path;
    end_step(id, now);
  }

  void wake(LaneId id) { queue_.push({lanes_[id].ready, key(kWake, id, 0), id}); }

  // Takes the oldest message of lane `sender` from those that came early.
  bool take_early(Lane& lane, LaneId sender) {
    MessageId before = kNoMessage;
    for (MessageId id = lane.early_first; id != kNoMessage; before = id, id = messages_[id].next) {
      if (messages_[id].sender != sender) continue;
      const MessageId next = messages_[id].next;
      (before == kNoMessage ? lane.early_first : messages_[before].next) = next;
      if (lane.early_last == id) lane.early_last = before;
      messages_.release(id);
      return true;
    }
    return false;
  }

  [[noreturn]] void refuse_deadlock() const {
    for (LaneId id = 0; id < lanes_.size(); ++id) {
      const Lane& lane = lanes_[id];
      if (lane.step == lane.steps) continue;
      std::string text = "the schedule deadlocks: rank " + std::to_string(participant(id)) +
                         ", lane " + std::to_string(lane_number(id)) + ", waits in step " +
                         std::to_string(lane.step);
      if (!lane.awaited.empty()) {
        text += " for a message from rank " + std::to_string(participant(lane.awaited.front()));
      }
      throw RequestError(text);
    }
    invariant_failed("a deadlock has a lane that waits", __FILE__, __LINE__);
  }

  const Program& program_;
  std::uint32_t lane_count_;
  RouteTable routes_;
  Network network_;
  Observer observer_;
  EventQueue queue_;
  MessagePool messages_;
  std::vector<Lane> lanes_;
  std::vector<std::uint32_t> blocked_;  // by participant: how many of its lanes wait for another
  std::vector<LaneId> unblocked_;
  Step step_;
  std::size_t open_lanes_ = 0;
  SimTime end_{};
  SimulationOutcome outcome_;
};

}  // namespace commsim
