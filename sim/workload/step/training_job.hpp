// What is trained, on what, and how: everything that decides how long a step takes.
#pragma once

#include <string>
#include <variant>

#include "calibrate/physics/physics.hpp"
#include "sim/workload/collective_run.hpp"
#include "sim/workload/step/jitter.hpp"
#include "sim/workload/step/step_choices.hpp"
#include "sim/workload/training/gpu_fleet.hpp"
#include "sim/workload/training/parallel_grid.hpp"
#include "sim/workload/updates/update_choices.hpp"

namespace commsim {

/// What of the division is left to balance().
struct Balance {
  bool layers = false;  ///< of chunks
  bool shares = false;  ///< micro-batches of replicas

  [[nodiscard]] bool any() const { return layers || shares; }
};

/// Everything that decides a result. Pointers outlive the run.
struct TrainingJob {
  std::string model;  ///< its name
  std::variant<TransformerModel, LayerList> shape;
  Parallelism parallelism;
  AxisOrder order = kMegatronOrder;
  GpuFleet gpus;
  Balance balance;
  StepChoices choices;
  Jitter jitter;
  UpdateChoices updates;
  CollectiveRun network;             ///< cluster, model and routes; its call does not matter
  const Physics* physics = nullptr;  ///< of calls whose algorithm it is
  bool physics_left = false;         ///< there is one, and it is no call's algorithm
};

/// Throws RequestError if the degrees do not divide what they must, or take more ranks or GPUs than
/// there are.
void require_degrees(const TrainingJob& job);

}  // namespace commsim
