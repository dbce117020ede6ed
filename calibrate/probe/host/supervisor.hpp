// Runs a plan in processes of its own and keeps what they report: neither a hang nor a crash of one
// costs what the others have measured.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "calibrate/probe/host/case.hpp"
#include "calibrate/probe/host/child_processes.hpp"
#include "calibrate/probe/host/plan.hpp"
#include "calibrate/probe/host/result_store.hpp"

namespace commsim::probe {

struct SupervisorSettings {
  /// The command that measures as rank `rank` of `ranks`; the batch's environment is added.
  std::function<ChildCommand(int rank, int ranks)> command;
  /// A case that has taken so many seconds is taken to hang.
  std::function<double(const Case&)> patience;
  /// Called before and after each case, with those done and those that there are.
  std::function<void(std::size_t done, std::size_t all)> progress;
};

/// Measures what the store does not have. A case that fails or hangs is kept as a failure, and a
/// new process goes on with the next; after two in a row the rest of their batch is given up.
/// Throws OutputError once results cannot be kept.
void supervise(const std::vector<Batch>& plan, ResultStore& store,
               const SupervisorSettings& settings);

/// Seconds after which a case of this size that may be measured for `seconds` hangs: a minute for
/// starting, and twenty times its bytes at 1 GB/s.
double default_patience(const Case& which, double seconds);

}  // namespace commsim::probe
