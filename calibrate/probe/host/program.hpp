// The program, given a machine: everything but CUDA.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>

#include "calibrate/probe/host/device.hpp"
#include "calibrate/probe/host/options.hpp"
#include "calibrate/probe/host/plan.hpp"

namespace commsim::probe {

inline constexpr int kDone = 0;
inline constexpr int kBadRequest = 2;
inline constexpr int kNoResult = 3;

/// What --list prints: each suite, and what it lacks here.
void print_suites(std::ostream& out, const Inventory& inventory);

/// What a run is to measure. Throws std::runtime_error for a type that cannot be reduced here, and
/// if none of the chosen suites can run here.
Extent extent_of(const Options& options, const Inventory& inventory);
std::vector<Batch> plan_of(const Options& options, const Inventory& inventory,
                           const Extent& extent);

/// A line of progress on `out`, which overwrites itself, and at most a few of them in a second.
std::function<void(std::size_t done, std::size_t all)> progress_line(std::ostream& out,
                                                                     double seconds_per_case,
                                                                     std::size_t already);

/// Measures in processes of `program` and keeps the results in options.out. Returns kDone, or
/// kNoResult if nothing at all was measured. Throws OutputError if results cannot be kept.
int run_program(const std::string& program, const Options& options, const Inventory& inventory,
                const Clocks& clocks, bool shows_progress);

}  // namespace commsim::probe
