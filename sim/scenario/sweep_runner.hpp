// Runs the points of a sweep on several cores, or by other processes, and hands the results over in
// the order of the file, as soon as they and all before them are there.
#pragma once

#include <atomic>
#include <functional>
#include <span>

#include "sim/scenario/point_worker.hpp"
#include "sim/scenario/scenario.hpp"

namespace commsim {

struct SweepRunner {
  unsigned jobs = 0;  ///< threads; 0 stands for one a core
  Watch watch = Watch::kLinks;
  /// Called on the calling thread after every point that ends and ten times a second, with the
  /// number that have ended.
  std::function<void(std::size_t done, std::size_t all)> progress;
  /// Once it is set no point is begun; nullptr: nobody will.
  const std::atomic<bool>* stop = nullptr;
  /// Each settles one point at a time. Points of those that are lost go to the others, and to
  /// `jobs` threads of this process when none is left. Empty: to these threads from the beginning.
  std::span<PointWorker* const> workers = {};
  /// The number of the first point of the set, for workers.
  std::size_t first = 0;

  /// Simulates all points. `row` is called on the calling thread, in order, with the point as
  /// settled() returns it. An exception from a point comes out when its turn has come; points after
  /// it are not handed over. Returns how many were handed over: all, or after a stop those that had
  /// ended.
  std::size_t run(const ScenarioSet& set,
                  const std::function<void(const ScenarioPoint&, CollectiveResult)>& row) const;
};

}  // namespace commsim
