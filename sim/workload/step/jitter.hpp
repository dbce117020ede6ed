// Steps whose computing takes now longer, now shorter.
#pragma once

#include "sim/engine/run_limits.hpp"
#include "sim/workload/step/step_simulation.hpp"

namespace commsim {

/// How times of computing differ from rank to rank and from step to step. A rank here is one stage
/// of one replica: its tensor and context ranks wait for each other within every layer.
struct Jitter {
  double spread = 0;       ///< standard deviation of a task's time over its mean
  double slow_share = 0;   ///< of the ranks that are slow, the same in all steps
  double slow_factor = 1;  ///< how many times as long they take
  std::int64_t repetitions = 1;
  std::uint64_t seed = 1;

  [[nodiscard]] bool any() const { return spread > 0 || (slow_share > 0 && slow_factor > 1); }
};

/// Throws RequestError with what is legal.
void validate(const Jitter& jitter);

/// How many times as long a task takes. Times are log-normal with that spread and a mean of 1, and
/// depend on nothing but the arguments.
double slowdown(const Jitter& jitter, std::int64_t repetition, std::int64_t rank, TaskId task);
/// Whether a rank is one of the slow ones.
bool is_slow(const Jitter& jitter, std::int64_t rank);

struct JitteredTimes {
  Duration median{0};
  Duration fast{0};  ///< five of a hundred are as fast
  Duration slow{0};  ///< 95 of a hundred are as fast
};

/// Simulates every replica, once for each repetition. `limits` may stop it between two; nullptr:
/// nobody will. Throws Interrupted.
JitteredTimes jittered(const StepGraph& graph, const Jitter& jitter, std::int64_t replicas,
                       double lost_to_communication, const RunLimits* limits = nullptr);

}  // namespace commsim
