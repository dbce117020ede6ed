// What a run will do: batches of cases, each batch in processes of its own.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "calibrate/probe/host/case.hpp"
#include "calibrate/probe/host/device.hpp"
#include "calibrate/probe/host/gpu_sharing.hpp"
#include "calibrate/probe/host/suites.hpp"

namespace commsim::probe {

struct Batch {
  /// What each of its processes finds in its environment; one entry a process.
  std::vector<Environment> processes;
  std::vector<Case> cases;
};

/// Every suite of `chosen` that can run; of collectives NCCL's own choice first, then each forced
/// one. Several ranks a GPU make one process for each rank.
std::vector<Batch> make_plan(const Inventory& inventory, const Extent& extent,
                             const std::set<std::string>& chosen);

std::size_t count_cases(const std::vector<Batch>& plan);

/// Estimates what is left of a plan: by the pace so far, and before the first case is done by what
/// one may take.
class TimeLeft {
 public:
  TimeLeft(std::size_t cases, double seconds_per_case)
      : cases_(cases), seconds_per_case_(seconds_per_case) {}
  /// Seconds, when `done` cases have taken `elapsed` seconds. REQUIRES: done <= cases.
  [[nodiscard]] double after(std::size_t done, double elapsed) const;

 private:
  std::size_t cases_;
  double seconds_per_case_;
};

}  // namespace commsim::probe
