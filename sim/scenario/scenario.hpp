// A scenario file as typed values: names resolved, units checked, lists swept.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "calibrate/measured_table.hpp"
#include "core/config_node.hpp"
#include "sim/workload/collective_run.hpp"

namespace commsim {

/// What a result must meet, from `expect:`.
struct Expectation {
  std::optional<Duration> time_at_least;
  std::optional<Duration> time_at_most;
  std::optional<double> busbw_at_least;  ///< bytes per second
  std::optional<double> busbw_at_most;
};

/// One point of a sweep.
struct ScenarioPoint {
  CollectiveRun run;
  std::string algorithm;  ///< as the file names it
  /// The lists of the file and what they stand at here: key path and value.
  std::vector<std::pair<std::string, std::string>> choices;
  Expectation expect;
  const MeasuredTable* measured = nullptr;
  bool like_measured = true;  ///< whether this is what was measured, as far as the file says
};

/// All points of one file, in order; the list that stands first in reading order turns slowest.
/// Owns the clusters and tables that its points share.
struct ScenarioSet {
  std::string name;
  std::vector<ScenarioPoint> points;
  std::deque<Cluster> clusters;
  std::map<std::string, MeasuredTable> tables;

  ScenarioSet() = default;
  ScenarioSet(ScenarioSet&&) = default;
  ScenarioSet& operator=(ScenarioSet&&) = default;
  ScenarioSet(const ScenarioSet&) = delete;
  ScenarioSet& operator=(const ScenarioSet&) = delete;
  ~ScenarioSet() = default;
};

constexpr std::size_t kMostPoints = 1'000'000;

/// Reads and builds everything, simulates nothing. Throws ConfigError with all that is wrong.
ScenarioSet read_scenarios(const ConfigDocument& document);

}  // namespace commsim
