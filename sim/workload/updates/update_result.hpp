// What came of some iterations of all workers.
#pragma once

#include <cstdint>

#include "core/units.hpp"
#include "sim/workload/updates/staleness.hpp"

namespace commsim {

/// What an iteration of a worker takes, on average over all iterations of all workers.
struct WorkerTimes {
  Duration computing{0};
  Duration sending{0};  ///< gradients to servers and parameters back; or the average
  Duration waiting{0};  ///< for slower workers

  [[nodiscard]] Duration total() const { return computing + sending + waiting; }
};

struct UpdateResult {
  std::int64_t workers = 0;
  std::int64_t servers = 0;     ///< 0: there are none
  std::int64_t iterations = 0;  ///< that all workers have done together
  Duration elapsed{0};          ///< from the start until the last of them was done
  WorkerTimes spent = {};
  Staleness staleness = {};  ///< of all pushes, also of iterations that were not done by then
  std::int64_t ahead = 0;    ///< most iterations that a worker was ahead of the slowest
  /// The part of the time in which the busiest link of a server was busy; may be more than 1 where
  /// messages do not share links.
  double busiest_server = 0;

  [[nodiscard]] Duration iteration() const { return spent.total(); }
};

}  // namespace commsim
