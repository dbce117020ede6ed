// Simulates the candidates of a plan, the most promising first, and leaves out what cannot win.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "sim/plan/plan_ending.hpp"
#include "sim/plan/plan_store.hpp"
#include "sim/scenario/point_worker.hpp"

namespace commsim {

struct PlanSearch {
  unsigned jobs = 0;                        ///< threads; 0 stands for one a core
  const std::atomic<bool>* stop = nullptr;  ///< nullptr: nobody will
  std::function<void(std::size_t done, std::size_t all)> progress = {};
  PlanStore* store = nullptr;  ///< nullptr: nothing is kept
  bool any_will_do = false;    ///< ends soon after one is found that keeps the limits
  /// Simulate in place of these threads; each is asked for a PlanRequest and answers with
  /// packed(PlanEnding).
  std::span<PointWorker* const> workers = {};
  std::string variation = {};  ///< what was changed in the file that the workers know: "key=value"
};

/// What a worker is to simulate: a point, perhaps of a variation of the file.
struct PlanRequest {
  std::size_t point = 0;
  std::string variation;
};
std::string to_text(const PlanRequest& request);
PlanRequest plan_request(const std::string& text);

struct PlanOutcome {
  std::vector<PlanCandidate> ranked;  ///< that keep the limits, best first: all that may be among
                                      ///< the first `rows`
  std::vector<PlanCandidate> front;   ///< of time and cost, fastest first
  std::map<std::string, std::int64_t> refused;  ///< why, and how many
  std::size_t simulated = 0;
  std::size_t skipped = 0;  ///< since they could be neither among the first nor on the front
  bool complete = true;     ///< false after a stop
};

/// A point is left out only if what it computes alone makes it worse than `rows` known ones in the
/// goal and than one of its own alternative, and one known one is both faster and cheaper: ranking,
/// front and the best of each alternative are those of all points, whatever the order and the
/// number of threads.
PlanOutcome search(const Plan& plan, const PlanSearch& how);

}  // namespace commsim
