#include "sim/scenario/physics_calibration.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "calibrate/fit/statistics.hpp"
#include "core/error.hpp"
#include "sim/workload/physics_run.hpp"

namespace commsim::physics_calibration {
namespace {

// A table, and what can predict it.
struct Table {
  std::string name;
  PhysicsRuns runs;
  std::vector<Measurement> rows;
};

Table table_of(const ScenarioSet& set, const Physics& physics) {
  if (set.points.size() != 1) {
    throw RequestError(fmt::format(
        "the scenario '{}' has {} points; to be fitted to it has one, whose sizes are those of its "
        "table",
        set.name, set.points.size()));
  }
  const ScenarioPoint& point = set.points.front();
  if (point.measured == nullptr) {
    throw RequestError(fmt::format(
        "the scenario '{}' stands beside no measured table; 'measured' names one", set.name));
  }
  if (point.model != nullptr) {
    throw RequestError(fmt::format(
        "the scenario '{}' asks for '{}', which is no algorithm that could have been measured",
        set.name, point.algorithm));
  }
  if (!point.like_measured) {
    throw RequestError(fmt::format(
        "the table of the scenario '{}' is of another collective, algorithm or number of ranks",
        set.name));
  }
  const std::string named = point.run.algorithm == nullptr ? "" : point.algorithm;
  const std::string only = point.measured_algorithm.value_or(named);
  return {.name = set.name,
          .runs = PhysicsRuns(point.run, physics, only),
          .rows = point.measured->rows()};
}

// What NCCL would never take, or on another system, is not worth a profile.
void refuse_bad_fit(std::vector<double> errors) {
  constexpr double kWorst = 0.5;
  for (double& error : errors) error = std::abs(error);
  const double error = median(std::move(errors));
  if (error <= kWorst) return;
  throw RequestError(fmt::format(
      "no physics is near the tables: the median error of the best is {:.0f} %; are they of these "
      "topologies?",
      100 * error));
}

// The rows of all tables, one after the other.
struct Place {
  const Table* table;
  Bytes size;
};

}  // namespace
}  // namespace commsim::physics_calibration

namespace commsim {

PhysicsCalibration calibrate_physics(const std::vector<ScenarioSet>& scenarios,
                                     const Physics& prior, const PhysicsFitOptions& options) {
  using namespace physics_calibration;
  std::vector<Table> tables;
  tables.reserve(scenarios.size());
  for (const ScenarioSet& set : scenarios) tables.push_back(table_of(set, prior));
  std::vector<Place> places;
  std::vector<PhysicsRow> rows;
  for (const Table& table : tables) {
    for (const Measurement& row : table.rows) {
      places.push_back({.table = &table, .size = row.size});
      rows.push_back({.seconds = seconds(row.time)});
    }
  }
  const PhysicsPredictor predictor{
      .fastest =
          [&](const Physics& physics, std::size_t row) {
            const PhysicsTime found = places[row].table->runs.fastest(physics, places[row].size);
            return PhysicsPrediction{.seconds = seconds(found.time), .way = found.way};
          },
      .along =
          [&](const Physics& physics, std::size_t row, std::size_t way) {
            return seconds(places[row].table->runs.time(physics, places[row].size, way));
          },
      .protocol_of = [&](std::size_t row,
                         std::size_t way) { return places[row].table->runs.ways()[way].protocol; }};
  PhysicsFit fit = fit_physics(prior, rows, predictor, options);
  refuse_bad_fit(fit.relative_errors);
  PhysicsCalibration calibration{.physics = std::move(fit.physics), .tables = {}};
  auto error = fit.relative_errors.begin();
  for (const Table& table : tables) {
    CalibratedTable& done = calibration.tables.emplace_back();
    done.name = table.name;
    for (const Measurement& row : table.rows) {
      done.sizes.push_back(row.size);
      done.errors.push_back(*error++);
    }
  }
  return calibration;
}

void hold_medium(Physics& physics, const Physics& known, std::string_view medium) {
  bool held = false;
  for (ProtocolPhysics& protocol : physics.protocols) {
    for (LinkPhysics& link : protocol.links) {
      if (link.medium != medium) continue;
      for (std::size_t other = 0; other < known.protocols.size(); ++other) {
        if (known.protocols[other].name != protocol.name) continue;
        const LinkPhysics* found = known.links(other, medium);
        if (found == nullptr) continue;
        link = *found;
        link.latency = Estimate::given(found->latency.value);
        link.efficiency = Estimate::given(found->efficiency.value);
        held = true;
      }
    }
  }
  if (!held) throw RequestError(fmt::format("that physics says nothing of {} links", medium));
}

}  // namespace commsim
