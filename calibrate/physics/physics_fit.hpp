// Fits a Physics to measured times through whatever predicts them: the simulator.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "calibrate/physics/physics.hpp"

namespace commsim {

/// One measured time that a prediction must meet.
struct PhysicsRow {
  double seconds = 0;
  double weight = 1;  ///< of its relative error
};

/// What a predictor says of a row.
struct PhysicsPrediction {
  double seconds = 0;
  std::size_t way = 0;  ///< the schedule and protocol that was fastest, as the predictor numbers
};

/// Predicts the times of rows. Both throw nothing for parameters above zero.
struct PhysicsPredictor {
  /// The fastest way of a row.
  std::function<PhysicsPrediction(const Physics&, std::size_t row)> fastest;
  /// The time of one way; fastest() changes its way only where two are equally fast.
  std::function<double(const Physics&, std::size_t row, std::size_t way)> along;
  /// The protocol of a way: the parameters of others do not change its time.
  std::function<std::size_t(std::size_t row, std::size_t way)> protocol_of;
};

struct PhysicsFitOptions {
  /// Relative errors beyond this count linearly, not squared (Huber).
  double robust = 0.1;
  /// The spread of relative errors that a good prediction has; against Estimate::spread it says how
  /// much the rows count and how much the prior.
  double noise = 0.07;
  int most_steps = 20;
  std::function<void(int step, double median_error)> progress;
};

struct PhysicsFit {
  Physics physics;
  std::vector<double> relative_errors;  ///< predicted / measured - 1, by row
};

/// The parameters with the greatest posterior: robust least squares of the logarithms of predicted
/// over measured times, by weight, and of the logarithms of parameters around the prior's
/// (Levenberg and Marquardt; Nocedal and Wright, "Numerical optimization", 2006, chapter 10).
/// Intervals are those of the linear model at the solution, with the spread of the residuals where
/// it is larger than `noise`. Throws RequestError for no rows or times that are none.
PhysicsFit fit_physics(const Physics& prior, const std::vector<PhysicsRow>& rows,
                       const PhysicsPredictor& predictor, const PhysicsFitOptions& options = {});

}  // namespace commsim
