#include "tests/measured/published_steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <numeric>

#include "calibrate/fit/statistics.hpp"
#include "core/error.hpp"
#include "sim/scenario/training_set.hpp"
#include "sim/scenario/yaml_document.hpp"
#include "sim/workload/training/model_flops.hpp"

namespace commsim::published_steps {
namespace {

double work_of(const TrainingJob& job) {
  const Parallelism& parallelism = job.parallelism;
  const auto of_number = [](std::int64_t number) { return static_cast<double>(number); };
  const double flops =
      hardware_flops(std::get<TransformerModel>(job.shape), parallelism.recompute) *
      of_number(parallelism.global_batch) / of_number(parallelism.ranks());
  return flops * (1 + of_number(parallelism.pipeline - 1) / of_number(parallelism.micro_batches()));
}

}  // namespace
}  // namespace commsim::published_steps

namespace commsim::measured {

PredictedStep predicted(const PublishedStep& step, const JobChange& change) {
  const auto document = read_yaml_text(step.scenario, step.name);
  TrainingSet set = read_training(document, nullptr, Illegal::kIsLeftOut);
  PredictedStep best{.name = step.name, .measured = step.seconds, .calibrates = step.calibrates};
  for (TrainingPoint& point : set.points) {
    if (change) change(point.job);
    const double time = seconds(run_training(point.job, *set.prices).time);
    if (best.predicted > 0 && time >= best.predicted) continue;
    best.predicted = time;
    best.work = published_steps::work_of(point.job);
  }
  ensure(best.predicted > 0, "a published step is possible");
  return best;
}

std::vector<PredictedStep> predicted(const std::vector<PublishedStep>& steps,
                                     const JobChange& change) {
  std::vector<PredictedStep> all;
  for (const PublishedStep& step : steps) all.push_back(predicted(step, change));
  return all;
}

std::vector<PredictedStep> null_model(std::vector<PredictedStep> steps) {
  double sum = 0;
  for (const PredictedStep& step : steps) sum += step.work / step.measured;
  const double rate = sum / static_cast<double>(steps.size());
  for (PredictedStep& step : steps) step.predicted = step.work / rate;
  return steps;
}

std::vector<PredictedStep> relative_to_first(std::vector<PredictedStep> steps) {
  const PredictedStep first = steps.front();
  for (PredictedStep& step : steps) {
    step.measured /= first.measured;
    step.predicted /= first.predicted;
    step.work /= first.work;
  }
  steps.front().calibrates = true;
  return steps;
}

StepErrors errors_of(const std::vector<PredictedStep>& steps) {
  std::vector<double> errors;
  for (const PredictedStep& step : steps) {
    if (!step.calibrates) errors.push_back(std::abs(step.predicted / step.measured - 1));
  }
  ensure(!errors.empty(), "a table tests something");
  const double sum = std::accumulate(errors.begin(), errors.end(), 0.0);
  return {.steps = errors.size(),
          .average = sum / static_cast<double>(errors.size()),
          .median = median(errors),
          .worst = *std::max_element(errors.begin(), errors.end())};
}

void print(const std::string& title, const std::vector<PredictedStep>& steps) {
  const auto nulls = null_model(steps);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const PredictedStep& step = steps[i];
    std::cout << fmt::format(
        "{:44} {:9.3f} s, measured {:9.3f} s: {:+5.1f} %{}, null {:+5.1f} %\n", step.name,
        step.predicted, step.measured, 100 * (step.predicted / step.measured - 1),
        step.calibrates ? " (calibration)" : "", 100 * (nulls[i].predicted / step.measured - 1));
  }
  const auto line = [&](const std::string& what, const StepErrors& errors) {
    std::cout << fmt::format("{}: {} steps, average {:.2f} %, median {:.2f} %, worst {:.2f} %\n",
                             what, errors.steps, 100 * errors.average, 100 * errors.median,
                             100 * errors.worst);
  };
  line(title, errors_of(steps));
  line("  null model", errors_of(nulls));
}

}  // namespace commsim::measured
