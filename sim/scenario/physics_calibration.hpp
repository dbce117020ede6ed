// Fits the physics of a library to the measured tables beside which scenarios stand.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "calibrate/physics/physics_fit.hpp"
#include "sim/scenario/scenario.hpp"

namespace commsim {

/// How well one table is met.
struct CalibratedTable {
  std::string name;  ///< of the scenario
  std::vector<Bytes> sizes;
  std::vector<double> errors;  ///< predicted / measured - 1, by size
};

struct PhysicsCalibration {
  Physics physics;
  std::vector<CalibratedTable> tables;
};

/// One fit over all tables. Each scenario gives the topology and the collective of its table, and,
/// if it names an algorithm, the one that was measured; otherwise the fastest way is taken.
/// Throws RequestError for a scenario of several points, or without a table.
PhysicsCalibration calibrate_physics(const std::vector<ScenarioSet>& scenarios,
                                     const Physics& prior, const PhysicsFitOptions& options);

/// Takes what `known` says of the links of a medium, and holds it fixed. Throws RequestError if it
/// says nothing of it.
void hold_medium(Physics& physics, const Physics& known, std::string_view medium);

}  // namespace commsim
