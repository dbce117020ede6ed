// Local SGD: workers take some steps by themselves and then average their parameters (Stich, "Local
// SGD converges fast and communicates little", arXiv:1805.09767).
#pragma once

#include <functional>

#include "sim/workload/updates/update_result.hpp"

namespace commsim {

struct LocalSteps {
  std::int64_t workers = 1;
  std::int64_t local = 1;       ///< steps from one average to the next
  std::int64_t iterations = 1;  ///< of each worker; rounded up to a multiple of `local`
  Duration average{0};          ///< of all workers' parameters
  /// How long a worker updates its own parameters, in each step.
  std::function<Duration(std::int64_t worker)> update;
  /// How long a worker computes in an iteration.
  std::function<Duration(std::int64_t worker, std::int64_t iteration)> compute;
};

/// A round takes max over workers of (sum of `local` (compute + update)) + average. O(iterations *
/// workers). Throws RequestError where the clock ends.
UpdateResult run_local(const LocalSteps& steps);

}  // namespace commsim
