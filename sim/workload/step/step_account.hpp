// Where the time of a simulated step went.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "sim/workload/step/step_simulation.hpp"

namespace commsim {

/// A time for each activity.
class ActivityTimes {
 public:
  [[nodiscard]] Duration operator[](Activity activity) const {
    return times_[static_cast<std::size_t>(activity)];
  }
  Duration& operator[](Activity activity) { return times_[static_cast<std::size_t>(activity)]; }
  /// Of forward and backward passes and the optimizer.
  [[nodiscard]] Duration computing() const;
  [[nodiscard]] Duration communicating() const;

 private:
  std::array<Duration, kActivities> times_{};
};

/// A rank's time. spent + bubble is the step's time: every moment counts once.
struct StageTime {
  /// Computing, and communication that computing waited for (exposed).
  ActivityTimes spent;
  /// Communication while the rank computed.
  ActivityTimes hidden;
  Duration bubble{0};  ///< waiting for other stages and replicas, or done before they are

  /// What of the communication computing waited for, from 0 to 1; nothing if there is none.
  [[nodiscard]] std::optional<double> exposed_share() const;
};

/// Of a replica's ranks of one stage. A gap in what they compute belongs to the communication that
/// ended it, as long as that took, and before that to what this waited for, while the stage takes
/// part in it. From there on back, and as long as a call waits for others that are to take part, it
/// is bubble: what other stages compute, send within their layers and to their replicas.
/// What tasks hide is that of `work`, if it says. O(tasks + dependencies).
std::vector<StageTime> account(const StepGraph& graph, const StepTimes& times,
                               std::int64_t replica = 0, const ReplicaWork& work = {});

/// The chain of tasks of all replicas, each of which began when the one before it ended, from the
/// last task of the step back to its beginning, by activity. Its times add up to the step's.
ActivityTimes critical_path(const StepGraph& graph, const StepTimes& times);

}  // namespace commsim
