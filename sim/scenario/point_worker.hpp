// Somebody else who settles points: a process that was started beside this one.
#pragma once

#include <stdexcept>

#include "sim/scenario/scenario.hpp"

namespace commsim {

/// A worker that is gone, with whatever it was at.
class WorkerLost : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

class PointWorker {
 public:
  PointWorker() = default;
  PointWorker(const PointWorker&) = delete;
  PointWorker& operator=(const PointWorker&) = delete;
  virtual ~PointWorker() = default;

  /// As settled() of the point `asked`, which is number `point` among those of all files. Throws
  /// what settled() throws, and WorkerLost; then this worker is of no more use.
  virtual SettledPoint settle(std::size_t point, const ScenarioPoint& asked) = 0;
  /// Lets a settle() that another thread waits for end with WorkerLost.
  virtual void abandon() = 0;
};

}  // namespace commsim
