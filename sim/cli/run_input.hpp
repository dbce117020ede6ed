// The scenarios of one run, in each of the processes that share it.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/cli/run_request.hpp"
#include "sim/scenario/scenario.hpp"

namespace commsim {

struct RunInput {
  std::vector<ScenarioSet> sets;
  /// Of the version of commsim and of what the files say after --set: processes that share a run
  /// must have the same.
  std::uint64_t fingerprint = 0;

  /// Points of all sets.
  [[nodiscard]] std::size_t points() const;
  /// Point `number` among those of all sets.
  [[nodiscard]] const ScenarioPoint& point(std::size_t number) const;
};

/// All files are read before the first is simulated, so that a mistake in the last one comes at
/// once. The points run within `limits`, which outlive them. Throws ConfigError, RequestError.
RunInput read_run(const RunRequest& options, const RunLimits& limits);

}  // namespace commsim
