// A simulation of a program that is told as runs of rings (ring_run.hpp): one run after the other,
// all places of a ring together, without lanes, messages or a queue. What it holds against the
// network is whole rows: all messages of one place in one run, which follow each other over one
// route.
//
// A Wire has for it
//   static constexpr bool kHearsDepartures
//       whether a departure is an event of the engine
//   void claim(const Row&)
//       comes for all rows of a run before the others
//   bool open(Row&, std::uint32_t run)
//       false if messages may be in the way of those of another row, or if the wire cannot tell the
//       times of the row from RingHop alone; rows of one run have one number
//   void close(const Row&)
//       after the run; a row of a later run may be earlier, which open() then has to refuse
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "core/index.hpp"
#include "sim/engine/outcome.hpp"
#include "sim/engine/ring_recurrence.hpp"
#include "sim/engine/row_totals.hpp"

namespace commsim {

/// All messages of one place in one run, as a wire sees them.
struct Row {
  Route& route;
  std::span<const LinkId> links;
  std::span<const std::int64_t> shares;  ///< as of a Flight
  bool empties = false;                  ///< whether some have no bytes
  SimTime first;                         ///< when the first one is sent
  SimTime through;  ///< for close(): when the last is through the narrowest link, less what latency
                    ///< lies before that
  Bandwidth entry;  ///< for the wire to fill in: at which messages leave their sender
  int events = 1;   ///< likewise: how many the engine would have of one that has bytes
};

/// Whether a program tells a run at all, so that a pass is worth its preparation.
inline bool tells_runs(const Program& program) {
  class First final : public RingRunVisitor {
   public:
    [[nodiscard]] bool run(const RingRun& /*run*/) override {
      heard = true;
      return false;
    }
    void wait(const LaneWait& /*wait*/) override {}
    bool heard = false;
  };
  First first;
  program.visit_runs(first);
  return first.heard;
}

template <typename Wire>
class LockstepPass final : private RingRunVisitor {
 public:
  LockstepPass(const SimulationInput& input, Wire wire)
      : input_(input),
        participants_(index(input.program.participants())),
        routes_(input.topology, input.participants(), input.routing, input.settings()),
        wire_(std::move(wire)) {}

  /// What the engine would return, or nothing where the program is not told in runs, or messages
  /// may be in each other's way. Throws what the engine would. REQUIRES: no fold, no timeline.
  std::optional<SimulationOutcome> run() {
    const std::size_t lanes = index(input_.program.lanes());
    if (participants_ * lanes > kMostLanes) return std::nullopt;
    ends_.resize(participants_ * lanes);
    if (!input_.program.visit_runs(*this)) return std::nullopt;
    RingCause end;
    for (const RingCause& lane : ends_) end = std::max(end, lane);
    const SimTime time{Duration{end.at}};
    if (input_.limits != nullptr) input_.limits->check(outcome_.messages, time);
    outcome_.method = Method::kLockstep;
    outcome_.time = time.time_since_epoch();
    outcome_.critical_path = {.transfer = Duration{end.transfer}, .latency = Duration{end.latency}};
    outcome_.classes = input_.program.participants();
    outcome_.links = routes_.totals();
    outcome_.sent = routes_.counted();
    return std::move(outcome_);
  }

 private:
  static constexpr std::size_t kMostLanes = std::size_t{1} << 30U;
  static constexpr std::int64_t kMessagesBetweenChecks = 1 << 16U;

  bool run(const RingRun& run) override {
    ++run_;
    in_order_ = in_order_ && run.lane >= last_lane_;
    last_lane_ = run.lane;
    if (!open(run)) return false;
    for (int step = 0; step < run.steps; ++step) {
      ring_.step();
      outcome_.messages += static_cast<std::int64_t>(run.order.size());
      check_limits();
    }
    close(run);
    return true;
  }

  void wait(const LaneWait& wait) override {
    in_order_ = false;
    for (const Rank r : wait.participants) {
      RingCause end;
      for (int l = 0; l < wait.before_lanes; ++l)
        end = std::max(end, end_of(r, wait.before_first + l));
      for (int l = 0; l < wait.lanes; ++l) {
        RingCause& lane = end_of(r, wait.first + l);
        lane = std::max(lane, end);
      }
    }
  }

  RingCause& end_of(Rank participant, int lane) {
    return ends_[index(lane) * participants_ + index(participant)];
  }
  Row row_of(std::size_t place, SimTime first) {
    Route& route = routes_[taken_[place]];
    return {.route = route,
            .links = routes_.links(taken_[place]),
            .shares = routes_.shares(taken_[place]),
            .empties = totals_.has_empty(),
            .first = first,
            .entry = route.narrowest};
  }

  bool open(const RingRun& run) {
    const std::size_t places = run.order.size();
    totals_.add_up(run);
    taken_.clear();
    begin_.clear();
    hops_.clear();
    for (std::size_t i = 0; i < places; ++i) {
      const Rank to = run.order[i + 1 < places ? i + 1 : 0];
      taken_.push_back(routes_.find(run.order[i], to, static_cast<std::uint32_t>(run.lane)));
      begin_.push_back(end_of(run.order[i], run.lane));
    }
    for (std::size_t i = 0; i < places; ++i) wire_.claim(row_of(i, {}));
    for (std::size_t i = 0; i < places; ++i) {
      Row row = row_of(i, SimTime{Duration{begin_[i].at}});
      // A pair that has several routes gives them to its lanes in the order in which they begin.
      has_choice_ = has_choice_ || routes_.use(taken_[i]).sibling != kNoRoute;
      if (has_choice_ && !in_order_) return false;
      if (!wire_.open(row, run_)) return false;
      hops_.push_back({row.route.narrowest, row.entry, row.route.latency});
      count(run, i, row);
    }
    return ring_.start(run, hops_, begin_);
  }

  void close(const RingRun& run) {
    if constexpr (!Wire::kHearsDepartures) outcome_.events += ring_.late_departures();
    for (std::size_t i = 0; i < run.order.size(); ++i) {
      Row row = row_of(i, {});
      row.through = SimTime{Duration{ring_.through(i)}};
      wire_.close(row);
      end_of(run.order[i], run.lane) = ring_.end_of(i);
    }
  }

  void count(const RingRun& run, std::size_t place, const Row& row) {
    const RowTotals::Total total = totals_.of(run, place);
    outcome_.events += total.empty + (run.steps - total.empty) * row.events;
    if (input_.watch == Watch::kNothing) return;
    routes_.count(taken_[place], total.bytes);
  }

  void check_limits() {
    if (outcome_.messages < next_check_ || input_.limits == nullptr) return;
    next_check_ = outcome_.messages + kMessagesBetweenChecks;
    input_.limits->check(outcome_.messages, SimTime{Duration{ring_.end_of(0).at}});
  }

  const SimulationInput& input_;
  std::size_t participants_;
  RouteTable routes_;
  Wire wire_;
  RingRecurrence ring_;
  std::vector<RingCause> ends_;  // by lane and participant: of its runs so far
  std::uint32_t run_ = 0;
  int last_lane_ = 0;           // of the runs so far
  bool in_order_ = true;        // whether all lanes so far began at once, and came in their order
  bool has_choice_ = false;     // whether some pair so far has several routes
  RowTotals totals_;            // of the present run, like those that follow
  std::vector<RouteId> taken_;  // by place
  std::vector<RingCause> begin_;
  std::vector<RingHop> hops_;
  SimulationOutcome outcome_;
  std::int64_t next_check_ = kMessagesBetweenChecks;
};

}  // namespace commsim
