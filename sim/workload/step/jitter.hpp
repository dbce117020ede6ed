// Steps whose computing takes now longer, now shorter.
#pragma once

#include <functional>
#include <string>

#include "sim/engine/run_limits.hpp"
#include "sim/workload/step/step_simulation.hpp"

namespace commsim {

/// Cables with less bandwidth than they should have, drawn anew for each repetition.
struct SlowLinks {
  double share = 0;    ///< of the cables; both directions of one are slow together
  double factor = 1;   ///< what their bandwidth is divided by
  std::string medium;  ///< the class of links that they are of; empty: all outside of servers

  [[nodiscard]] bool any() const { return share > 0 && factor > 1; }
};

/// How times of computing differ from rank to rank and from step to step. A rank here is one stage
/// of one replica: its tensor and context ranks wait for each other within every layer.
struct Jitter {
  double spread = 0;       ///< standard deviation of a task's time over its mean
  double slow_share = 0;   ///< of the ranks that are slow, the same in all steps
  double slow_factor = 1;  ///< how many times as long they take
  SlowLinks links;
  std::int64_t repetitions = 1;
  std::uint64_t seed = 1;

  /// Whether computing differs.
  [[nodiscard]] bool of_computing() const {
    return spread > 0 || (slow_share > 0 && slow_factor > 1);
  }
  [[nodiscard]] bool any() const { return of_computing() || links.any(); }
};

/// Throws RequestError with what is legal.
void validate(const Jitter& jitter);

/// How many times as long a task takes. Times are log-normal with that spread and a mean of 1, and
/// depend on nothing but the arguments.
double slowdown(const Jitter& jitter, std::int64_t repetition, std::int64_t rank, TaskId task);
/// Whether a rank is one of the slow ones.
bool is_slow(const Jitter& jitter, std::int64_t rank);

/// Of many repetitions.
struct JitteredTimes {
  Duration median{0};
  Duration fast{0};  ///< five of a hundred are as fast
  Duration slow{0};  ///< 95 of a hundred are as fast
};

/// Random bits that depend on nothing but the arguments.
std::uint64_t jitter_bits(const Jitter& jitter, std::int64_t a, std::int64_t b, std::int64_t c);

/// One repetition: the step under these conditions, with computing slowed down.
Duration jittered_step(const StepGraph& graph, StepConditions conditions, const Jitter& jitter,
                       std::int64_t repetition);

/// What step(i) takes for each repetition i, on so many threads; the answer does not depend on
/// their number. `limits` may stop it between two; nullptr: nobody will. Throws Interrupted, and
/// what a step throws.
JitteredTimes repeated(const Jitter& jitter, const std::function<Duration(std::int64_t)>& step,
                       const RunLimits* limits = nullptr, unsigned threads = 1);

}  // namespace commsim
