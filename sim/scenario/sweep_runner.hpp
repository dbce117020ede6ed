// Runs the points of a sweep on several cores and hands the results over in the order of the file,
// as soon as they and all before them are there.
#pragma once

#include <functional>

#include "sim/scenario/scenario.hpp"

namespace commsim {

struct SweepRunner {
  unsigned jobs = 0;  ///< threads; 0 stands for one a core
  Watch watch = Watch::kLinks;
  /// Called on the calling thread after every point that ends, with the number that have ended.
  std::function<void(std::size_t done, std::size_t all)> progress;

  /// Simulates all points. `row` is called on the calling thread, in order, with the point as
  /// settled() returns it. An exception from a
  /// point comes out when its turn has come; points after it are not handed over.
  void run(const ScenarioSet& set,
           const std::function<void(const ScenarioPoint&, CollectiveResult)>& row) const;
};

}  // namespace commsim
