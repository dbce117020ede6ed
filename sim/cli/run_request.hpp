// What `commsim run` is told.
#pragma once

#include <string>

#include "sim/cli/limit_options.hpp"
#include "sim/cli/run_files.hpp"
#include "sim/cli/scenario_options.hpp"

namespace commsim {

struct RunRequest {
  ScenarioOptions scenarios;
  std::string format = "text";
  RunFileOptions files;
  LimitOptions limits;
  bool unfolded = false;  ///< simulate every rank, also those that are interchangeable
  unsigned jobs = 0;      ///< 0: one a core; one in each of several processes
};

}  // namespace commsim
