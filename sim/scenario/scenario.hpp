// A scenario file as typed values: names resolved, units checked, lists swept.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "calibrate/measured_table.hpp"
#include "calibrate/profile.hpp"
#include "core/config_node.hpp"
#include "sim/workload/algorithm_choice.hpp"
#include "sim/workload/collective_run.hpp"
#include "sim/workload/time_model.hpp"
#include "topology/routing/static_routes.hpp"

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
  /// Its algorithm is nullptr if it is to be chosen from `candidates`, which settled() does, or if
  /// a `model` knows the time.
  CollectiveRun run;
  std::string algorithm;  ///< its short name; "auto" if it is to be chosen, or that of the model
  std::string requested;  ///< what the file asks for: a name, "auto" or "all"
  const std::vector<std::string>* candidates = nullptr;  ///< ascending
  std::optional<AlgorithmChoice> choice;                 ///< how it was chosen
  const Profile* profile = nullptr;                      ///< that the file names
  const TimeModel* model = nullptr;  ///< `algorithm: profile` or `nccl`: nothing is simulated
  /// The lists of the file and what they stand at here: key path and value.
  std::vector<std::pair<std::string, std::string>> choices;
  Expectation expect;
  const MeasuredTable* measured = nullptr;
  bool like_measured = true;  ///< whether this is what was measured, as far as the file says
  std::optional<std::string> measured_algorithm;  ///< that was measured, if the file says so
};

/// The network model, or the name of the model that knows the time without one.
std::string_view network_name(const ScenarioPoint& point);

/// All points of one file, in order; the list that stands first in reading order turns slowest.
/// Owns the clusters, the tables (measurements, routes) and the models that its points share.
struct ScenarioSet {
  std::string name;
  std::vector<ScenarioPoint> points;
  std::deque<Cluster> clusters;
  std::deque<StaticRoutes> static_routes;
  std::map<std::string, MeasuredTable> tables;
  std::map<std::string, Profile> profiles;
  std::deque<std::unique_ptr<TimeModel>> models;
  std::deque<Compression> compressions;
  /// What `auto` chooses from and `all` stands for.
  std::map<CollectiveKind, std::vector<std::string>> candidates;
  /// What `algorithm: all` left out, each reason once.
  std::vector<RefusedAlgorithm> skipped;

  ScenarioSet() = default;
  ScenarioSet(ScenarioSet&&) = default;
  ScenarioSet& operator=(ScenarioSet&&) = default;
  ScenarioSet(const ScenarioSet&) = delete;
  ScenarioSet& operator=(const ScenarioSet&) = delete;
  ~ScenarioSet() = default;
};

/// A point and its result.
struct SettledPoint {
  ScenarioPoint point;
  CollectiveResult result;
};

/// Simulates a point, or takes its time from its model; one whose algorithm is to be chosen comes
/// back with the fastest, and the call that this algorithm takes. Throws RequestError.
SettledPoint settled(const ScenarioPoint& point, Watch watch = Watch::kLinks);

constexpr std::size_t kMostPoints = 1'000'000;

/// Reads and builds everything, simulates nothing. The points are to run within `limits`, which
/// outlive them. Throws ConfigError with all that is wrong.
ScenarioSet read_scenarios(const ConfigDocument& document, const RunLimits* limits = nullptr);

}  // namespace commsim
