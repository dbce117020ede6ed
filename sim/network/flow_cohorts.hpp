// How far flows are that share links max-min fairly. Flows whose rate is the same, and has been
// since the same instant, form a cohort, which needs one counter and one event however many they
// are.
#pragma once

#include <boost/functional/hash.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "sim/engine/message.hpp"
#include "sim/network/max_min.hpp"

namespace commsim {

/// The flows of each class of a MaxMin, which all get the same rate. When classes of one cohort
/// come to have different rates, it splits. Amortised O(log t) for a flow and for each change of
/// its rate, for t different amounts left in a cohort.
class FlowCohorts {
 public:
  using ClassId = MaxMin::ClassId;

  /// Starts a flow of `bytes`; set_rate() of its class has to follow at this instant.
  void add(ClassId id, Bytes bytes, MessageId message, SimTime now);
  /// Where a class with one flow stands.
  struct Standing {
    std::uint32_t cohort = UINT32_MAX;
    double target = 0;
  };
  [[nodiscard]] Standing standing(ClassId id) const {
    return {.cohort = classes_[id].cohort, .target = classes_[id].first.target};
  }
  /// Starts a flow that is as far as another one. REQUIRES: a flow of the class, if it has any,
  /// stands in the same cohort; set_rate() was called since the other one started.
  void join(ClassId id, const Standing& beside, MessageId message);
  /// The rate of a class that has flows, from now on.
  void set_rate(ClassId id, const FairRate& rate, SimTime now);
  /// To be called after the last set_rate() of an instant: when the next flow ends, if any is left.
  std::optional<SimTime> next_end();

  struct Ended {
    ClassId of;
    MessageId message;
  };
  /// Takes out the flows that end now, by class, of each class the first to end first. Valid until
  /// the next call. REQUIRES: `now` is not after next_end().
  const std::vector<Ended>& end(SimTime now);

 private:
  using CohortId = std::uint32_t;
  static constexpr CohortId kNone = UINT32_MAX;

  struct Flow {
    double target;  // ends when its cohort has served so much to each flow
    MessageId message;
    friend bool operator>(const Flow& a, const Flow& b) {
      return a.target != b.target ? a.target > b.target : a.message > b.message;
    }
  };
  // Most classes have one flow; what others have beside the first to end is kept elsewhere.
  struct Class {
    Flow first{};
    CohortId cohort = kNone;
    std::uint32_t more = kNone;  // into others_
    bool empty = true;
    bool queued = false;  // with its first flow, in the cohort
  };
  struct Cohort {
    FairRate rate;
    SimTime since{};
    double served = 0;          // bytes to each flow, until `since`
    double ended = 0;           // the target of those that ended last: at least so much was served
    std::size_t classes = 0;    // 0: to be used again
    std::uint32_t version = 0;  // of the end that is scheduled
    bool scheduled = true;
    std::map<double, std::vector<ClassId>> queue;  // by target; some have left since

    [[nodiscard]] double served_at(SimTime now) const;
  };
  struct End {
    SimTime at;
    CohortId cohort;
    std::uint32_t version;
    friend bool operator>(const End& a, const End& b) {
      return a.at != b.at ? a.at > b.at : a.cohort > b.cohort;
    }
  };
  // The classes of a cohort that get the same rate at an instant go the same way.
  struct Move {
    CohortId from = kNone;
    FairRate rate;
    friend bool operator==(const Move&, const Move&) = default;
  };
  struct MoveHash {
    std::size_t operator()(const Move& move) const {
      std::size_t hash = boost::hash_value(move.rate.bytes_per_ps);
      boost::hash_combine(hash, move.from);
      return hash;
    }
  };

  void change_rate(CohortId id, const FairRate& rate, SimTime now);
  CohortId follow(const Move& move, SimTime now);
  CohortId new_cohort();
  void put(Class& of, Flow flow);
  void take_first(Class& of);
  void leave(Class& leaving);
  void enqueue(ClassId id);
  void end_first(CohortId id, SimTime now);
  void end_flows(ClassId id, double served);
  void reschedule(CohortId id);
  void schedule(CohortId id);
  void schedule_all();
  [[nodiscard]] bool is_stale(const End& end) const {
    return cohorts_[end.cohort].version != end.version;
  }
  [[nodiscard]] bool waits(ClassId id, CohortId cohort, double target) const;

  std::vector<Class> classes_;
  std::vector<std::vector<Flow>> others_;  // heaps, the first to end on top
  std::vector<Cohort> cohorts_;
  std::vector<CohortId> unused_;
  std::vector<CohortId> unscheduled_;
  std::vector<End> ends_;                               // a heap, the earliest on top
  std::unordered_map<Move, CohortId, MoveHash> moves_;  // of this instant
  Move last_move_;
  CohortId last_moved_to_ = kNone;
  std::vector<Ended> ended_;
};

}  // namespace commsim
