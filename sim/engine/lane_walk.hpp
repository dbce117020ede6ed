// How participants walk through their lanes, step by step, whatever carries their messages. What a
// walk decides does not depend on the order in which it is told of events (see Cause).
#pragma once

#include <boost/container/small_vector.hpp>
#include <string>
#include <vector>

#include "collectives/program.hpp"
#include "core/error.hpp"
#include "sim/engine/end_log.hpp"
#include "sim/engine/fold.hpp"
#include "sim/engine/lane.hpp"
#include "sim/engine/outcome.hpp"

namespace commsim {

/// The host derives from it and has
///   void dispatch(LaneId id, Rank rank, const Transfer& send)
///       a send of the step that lane `id` of rank `rank` has entered; it raises lane(id).ready to
///       the departure of the message, or counts it as unsent
///   void miss_end(LaneId id)
///       lane `id` waits for a step of another lane that has ended so long ago that the walk does
///       not know when
template <typename Host>
class LaneWalk {
 public:
  enum class Entered : std::uint8_t {
    kBlocked,   ///< it waits for steps of other lanes; unblocked() will name it
    kWaiting,   ///< for messages
    kComplete,  ///< the step ends at lane(id).ready
  };

 protected:
  /// Throws RequestError if there are too many lanes. `fold` is nullptr if each rank stands for
  /// itself. Program and fold outlive the walk.
  LaneWalk(const Program& program, const Fold* fold)
      : program_(program), fold_(fold), lane_count_(static_cast<std::uint32_t>(program.lanes())) {
    const std::size_t participants = fold == nullptr
                                         ? static_cast<std::size_t>(program.participants())
                                         : fold->representatives.size();
    if (participants * lane_count_ >= kMostLanes) {
      throw RequestError("the schedule has too many lanes; use fewer channels or ranks");
    }
    lanes_.resize(participants * lane_count_);
    for (LaneId id = 0; id < lanes_.size(); ++id) {
      const auto steps = program_.steps(rank_of(id), lane_number(id));
      lanes_[id].steps = static_cast<std::uint32_t>(steps);
      open_ += steps > 0 ? 1 : 0;
    }
    step_.ignore_data();
  }

  [[nodiscard]] std::size_t lanes() const { return lanes_.size(); }
  Lane& lane(LaneId id) { return lanes_[id]; }

  /// Starts the present step of a lane that has one.
  Entered enter(LaneId id) {
    Lane& lane = lanes_[id];
    const Rank rank = rank_of(id);
    SendReceive both;
    if (program_.send_receive(rank, lane_number(id), static_cast<int>(lane.step), both)) {
      begin(lane);
      host().dispatch(id, rank, {.peer = both.to, .size = both.size});
      expect(id, {.peer = both.from});
      return lane.complete() ? Entered::kComplete : Entered::kWaiting;
    }
    step_.clear();
    program_.step(rank, lane_number(id), static_cast<int>(lane.step), step_);
    if (!step_.waits().empty() && blocks(id)) return Entered::kBlocked;
    begin(lane);
    if (step_.compute() > Duration{0}) {
      lane.ready.at = later(lane.started.at, step_.compute());
      lane.ready.path.compute += step_.compute();
    }
    for (const Transfer& send : step_.sends()) host().dispatch(id, rank, send);
    lane.awaited.reserve(step_.receives().size());
    for (const Transfer& receive : step_.receives()) expect(id, receive);
    lane.awaited.seal();
    return lane.complete() ? Entered::kComplete : Entered::kWaiting;
  }

  /// Ends the present step of a lane at its `ready`; true if there is another one.
  bool finish(LaneId id) {
    Lane& lane = lanes_[id];
    lane.started = lane.ready;
    if (ends_.on()) note_end(id);
    if (++lane.step < lane.steps) return true;
    --open_;
    end_.raise_to(lane.started);
    return false;
  }
  /// A lane that finish() has let go on, to be entered again; kNoLane if there is none.
  LaneId unblocked() {
    if (unblocked_.empty()) return kNoLane;
    const LaneId id = unblocked_.back();
    unblocked_.pop_back();
    return id;
  }

  /// A message arrives. True if this completes the step that its receiver is in.
  bool arrive(LaneId receiver, Sender sender, const Cause& arrival) {
    Lane& lane = lanes_[receiver];
    if (!lane.awaited.take(sender)) {
      inbox_.put(lane.early, receiver, sender, arrival);
      return false;
    }
    lane.heard = std::max(lane.heard, arrival.at);
    lane.ready.raise_to(arrival);
    return lane.complete();
  }

  /// The lane that a send goes to, and as whom it knows the sender.
  [[nodiscard]] LaneId receiver_of(LaneId id, const Transfer& send) const {
    return far_lane(id, send);
  }
  [[nodiscard]] Sender as_sender(LaneId id, const Transfer& send) const {
    return (fold_ == nullptr ? 0 : fold_->tag_of_send(send.peer)) | id;
  }

  /// The latest end of a lane. Throws RequestError if some lane has not ended: a deadlock.
  const Cause& end() const {
    if (open_ > 0) refuse_deadlock();
    return end_;
  }
  /// Fills in what all ranks have done that those which were simulated stand for.
  void add_up(const RouteTable& routes, SimulationOutcome& outcome) const {
    const std::int64_t each = fold_ == nullptr ? 1 : fold_->order();
    outcome.classes = static_cast<std::int64_t>(lanes_.size() / lane_count_);
    outcome.messages *= each;
    outcome.events *= each;
    outcome.links = routes.totals();
    outcome.sent = routes.counted() * each;
  }
  [[nodiscard]] int lane_number(LaneId id) const {
    return static_cast<int>(lane_count_ == 1 ? 0 : id % lane_count_);
  }

  static constexpr LaneId kNoLane = UINT32_MAX;
  static constexpr std::size_t kMostLanes = std::size_t{1} << 30U;

 private:
  Host& host() { return static_cast<Host&>(*this); }
  [[nodiscard]] std::size_t participant(LaneId id) const {
    return lane_count_ == 1 ? id : id / lane_count_;
  }
  [[nodiscard]] Rank rank_of(LaneId id) const {
    const std::size_t at = participant(id);
    return fold_ == nullptr ? static_cast<Rank>(at) : fold_->representatives[at];
  }
  // The lane of a peer that a transfer of lane `id` names.
  [[nodiscard]] LaneId far_lane(LaneId id, const Transfer& transfer) const {
    const auto peer = static_cast<std::size_t>(transfer.peer);
    const auto at = static_cast<LaneId>(
        fold_ == nullptr ? peer : static_cast<std::size_t>(fold_->class_of[peer]));
    const int number = transfer.lane == kSameLane ? lane_number(id) : transfer.lane;
    return at * lane_count_ + static_cast<LaneId>(number);
  }
  [[nodiscard]] Sender sender_of(LaneId id, const Transfer& receive) const {
    return (fold_ == nullptr ? 0 : fold_->tag_of_receive(receive.peer)) | far_lane(id, receive);
  }
  [[nodiscard]] LaneId beside(LaneId id, int number) const {
    return static_cast<LaneId>(participant(id)) * lane_count_ + static_cast<LaneId>(number);
  }

  static void begin(Lane& lane) {
    lane.ready = lane.started;
    lane.heard = lane.started.at;
    lane.awaited.clear();
  }
  void expect(LaneId id, const Transfer& receive) {
    Lane& lane = lanes_[id];
    const Sender sender = sender_of(id, receive);
    Cause arrival;
    if (inbox_.take(lane.early, id, sender, arrival)) {
      lane.heard = std::max(lane.heard, arrival.at);
      lane.ready.raise_to(arrival);
    } else {
      lane.awaited.add(sender);
    }
  }

  // Whether the step that a lane would enter has to wait for another lane. If all that it waits for
  // has ended, the latest of these ends may be why it starts.
  bool blocks(LaneId id) {
    if (!ends_.on()) {
      ends_.turn_on(lanes_.size());
      waits_.resize(lanes_.size());
      blocked_.resize(lanes_.size() / lane_count_);
    }
    Lane& lane = lanes_[id];
    for (const Wait& wait : step_.waits()) {
      const LaneId other = beside(id, wait.lane);
      const auto step = static_cast<std::uint32_t>(wait.step);
      if (lanes_[other].step <= step) {
        waits_[id].push_back(wait);
      } else if (const Cause* end = ends_.find(other, step)) {
        lane.started.raise_to(*end);
      } else {
        host().miss_end(id);
      }
    }
    if (waits_[id].empty()) return false;
    lane.blocked = true;
    ++blocked_[participant(id)];
    return true;
  }

  void note_end(LaneId id) {
    Lane& lane = lanes_[id];
    ends_.note(id, lane.step, lane.started);
    if (blocked_[participant(id)] == 0) return;
    for (int number = 0; number < static_cast<int>(lane_count_); ++number) {
      const LaneId other = beside(id, number);
      if (lanes_[other].blocked) tell_end(other, id);
    }
  }
  // Lane `ended` has ended a step, for which lane `id` may wait.
  void tell_end(LaneId id, LaneId ended) {
    auto& waits = waits_[id];
    const auto met = std::find_if(waits.begin(), waits.end(), [&](const Wait& wait) {
      return beside(id, wait.lane) == ended &&
             static_cast<std::uint32_t>(wait.step) == lanes_[ended].step;
    });
    if (met == waits.end()) return;
    waits.erase(met);
    Lane& lane = lanes_[id];
    lane.started.raise_to(lanes_[ended].started);
    if (!waits.empty()) return;
    lane.blocked = false;
    --blocked_[participant(id)];
    unblocked_.push_back(id);
  }

  [[noreturn]] void refuse_deadlock() const {
    for (LaneId id = 0; id < lanes_.size(); ++id) {
      const Lane& lane = lanes_[id];
      if (lane.step == lane.steps) continue;
      std::string text = "the schedule deadlocks: rank " + std::to_string(rank_of(id)) + ", lane " +
                         std::to_string(lane_number(id)) + ", waits in step " +
                         std::to_string(lane.step);
      if (!lane.awaited.empty()) {
        const std::size_t from = participant(lane_of(lane.awaited.any()));
        text += " for a message from rank " + std::to_string(from);
      }
      throw RequestError(text);
    }
    invariant_failed("a deadlock has a lane that waits", __FILE__, __LINE__);
  }

  const Program& program_;
  const Fold* fold_;
  std::uint32_t lane_count_;
  std::vector<Lane> lanes_;
  Inbox inbox_;
  EndLog ends_;
  std::vector<boost::container::small_vector<Wait, 2>> waits_;  // by lane: not met yet
  std::vector<std::uint32_t> blocked_;  // by participant: how many of its lanes are
  std::vector<LaneId> unblocked_;
  Step step_;
  std::size_t open_ = 0;
  Cause end_;
};

}  // namespace commsim
