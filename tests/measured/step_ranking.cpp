#include "tests/measured/step_ranking.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "tests/measured/published_step_tables.hpp"

namespace commsim::step_ranking {
namespace {

using Values = std::vector<double>;

Values of(const std::vector<measured::PredictedStep>& steps,
          double measured::PredictedStep::*value) {
  Values values;
  for (const auto& step : steps) values.push_back(step.*value);
  return values;
}

// How many are less, and half of those that are equal.
Values ranks(const Values& values) {
  Values ranks;
  for (const double value : values) {
    double rank = 0;
    for (const double other : values) rank += other < value ? 1 : other == value ? 0.5 : 0;
    ranks.push_back(rank);
  }
  return ranks;
}

double correlation(const Values& a, const Values& b) {
  double sum_a = 0;
  double sum_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum_a += a[i];
    sum_b += b[i];
  }
  const auto count = static_cast<double>(a.size());
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double from_a = a[i] - sum_a / count;
    const double from_b = b[i] - sum_b / count;
    ab += from_a * from_b;
    aa += from_a * from_a;
    bb += from_b * from_b;
  }
  return ab / std::sqrt(aa * bb);
}

ComputeEfficiency scaled_curve(double factor) {
  ComputeEfficiency efficiency = published_efficiency();
  efficiency.product = efficiency.product.scaled(factor);
  efficiency.memory = EfficiencyCurve::constant(0.6);
  return efficiency;
}

measured::JobChange with_curve(double factor) {
  return [efficiency = scaled_curve(factor)](TrainingJob& job) {
    job.gpus.change([&](Roofline& gpu) { gpu.efficiency = efficiency; });
  };
}

}  // namespace
}  // namespace commsim::step_ranking

namespace commsim::measured {
using namespace step_ranking;

VtrainPrediction predicted_vtrain(const std::filesystem::path& measurements,
                                  const JobChange& change) {
  VtrainPrediction prediction;
  for (const VtrainStep& row : vtrain_steps(measurements)) {
    const PredictedStep step = predicted(row.step, change);
    prediction.all.push_back(step);
    prediction.by_model[row.model].push_back(step);
  }
  return prediction;
}

JobChange published_curve() {
  const auto steps = korthikanti_steps();
  const auto calibrating = std::ranges::find_if(steps, &PublishedStep::calibrates);
  ensure(calibrating != steps.end(), "a step calibrates");
  double low = 0.5;
  double high = 1.05;  // above, the curve would pass 1
  for (int i = 0; i < 14; ++i) {
    const double middle = (low + high) / 2;
    const bool slow = predicted(*calibrating, with_curve(middle)).predicted > calibrating->seconds;
    (slow ? low : high) = middle;
  }
  return with_curve(low);
}

double rank_correlation(const std::vector<PredictedStep>& steps) {
  return correlation(ranks(of(steps, &PredictedStep::measured)),
                     ranks(of(steps, &PredictedStep::predicted)));
}

double loss_of_choice(const std::vector<PredictedStep>& steps) {
  const auto chosen = std::ranges::min_element(steps, {}, &PredictedStep::predicted);
  const auto best = std::ranges::min_element(steps, {}, &PredictedStep::measured);
  return chosen->measured / best->measured - 1;
}

}  // namespace commsim::measured
