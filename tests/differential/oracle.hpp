// Runs SimGrid, an independent engine, on the programs that commsim simulates.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "sim/engine/outcome.hpp"

namespace commsim::differential {

/// Whether these tests were built where SimGrid is.
bool has_simgrid();

/// What simgrid_oracle.cpp reads: our links, and every message with the route that our router
/// takes.
std::string oracle_text(const SimulationInput& input);

struct OracleOutcome {
  double time = 0;                               ///< seconds until the last lane has ended
  std::map<std::pair<Rank, int>, double> lanes;  ///< the same of each lane, by rank and lane
};

/// The same run in SimGrid, under max-min fairness. Throws std::runtime_error when it fails.
/// REQUIRES: has_simgrid().
OracleOutcome run_oracle(const SimulationInput& input);

}  // namespace commsim::differential
