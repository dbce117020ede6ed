// A collective as long as calibrated physics says: simulated on the links that a library makes of
// the topology's.
#pragma once

#include <string>

#include "calibrate/physics/physics.hpp"
#include "sim/workload/physics_run.hpp"
#include "sim/workload/time_model.hpp"

namespace commsim {

/// The fastest of the ways of PhysicsRuns, with all of them. Warns of media that nobody has fitted.
class PhysicsModel final : public TimeModel {
 public:
  /// `run` is one on the cluster that all results are asked for; `physics` must outlive the model.
  /// Throws RequestError if the physics knows no schedule for its collective there.
  PhysicsModel(const CollectiveRun& run, std::string profile, const Physics& physics);

  [[nodiscard]] std::string_view name() const override { return "physics"; }
  [[nodiscard]] CollectiveResult result(const CollectiveRun& run) const override;
  [[nodiscard]] std::string way(const CollectiveRun& run) const override;
  [[nodiscard]] std::vector<std::string> explanation(const CollectiveRun& run) const override;

 private:
  [[nodiscard]] std::string way_text(std::size_t way) const;

  std::string profile_;
  const Physics* physics_;
  PhysicsRuns runs_;
};

}  // namespace commsim
