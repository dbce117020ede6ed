// Published times of training steps, and what is predicted of them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/workload/step/training_run.hpp"

namespace commsim::measured {

/// A step that somebody measured.
struct PublishedStep {
  std::string name;
  std::string scenario;     ///< where it has lists, the fastest legal choice counts
  double seconds = 0;       ///< measured
  bool calibrates = false;  ///< the efficiency of its GPU is from this step: no test
};

struct PredictedStep {
  std::string name;
  double measured = 0;   ///< seconds
  double predicted = 0;  ///< seconds
  double work = 0;       ///< FLOPs of a GPU, and those it could have done in its pipeline's bubble
  bool calibrates = false;
};

/// What a test changes in a job that a scenario cannot say.
using JobChange = std::function<void(TrainingJob&)>;

/// Simulates the step, or each of its choices.
PredictedStep predicted(const PublishedStep& step, const JobChange& change = {});
std::vector<PredictedStep> predicted(const std::vector<PublishedStep>& steps,
                                     const JobChange& change = {});

/// The null model: all GPUs of a table compute at one rate, which makes the mean of predicted /
/// measured 1 over the whole table, calibration included, and wait (p - 1) / m of that in a
/// pipeline of p stages and m micro-batches.
std::vector<PredictedStep> null_model(std::vector<PredictedStep> steps);

/// Each divided by the first of the table.
std::vector<PredictedStep> relative_to_first(std::vector<PredictedStep> steps);

/// Over the steps that nothing was calibrated on, of |predicted / measured - 1|.
struct StepErrors {
  std::size_t steps = 0;
  double average = 0;
  double median = 0;
  double worst = 0;
};
StepErrors errors_of(const std::vector<PredictedStep>& steps);

/// A line for each step and one for all, and of the null model.
void print(const std::string& title, const std::vector<PredictedStep>& steps);

}  // namespace commsim::measured
