#include "calibrate/probe/host/sampler.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <utility>

namespace commsim::probe {
namespace {

constexpr double kMicrosecondsPerSecond = 1e6;
constexpr double kShortestRepeat = 200;  // microseconds
constexpr int kLargestBatch = 64;

double timed(const TimedRun& run, int count) {
  const double time = run(count);
  if (!std::isfinite(time) || time <= 0) throw std::runtime_error("the clock gave no time");
  return time;
}

void summarize(Sample& sample) {
  sample.median = quantile(sample.repeats, 0.5);
  sample.p5 = quantile(sample.repeats, 0.05);
  sample.p95 = quantile(sample.repeats, 0.95);
}

}  // namespace

double quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  const double place = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (values[above] - values[below]) * (place - static_cast<double>(below));
}

Sample sample(const TimedRun& run, const SamplerSettings& settings) {
  Sample result;
  double spent = 0;
  const double allowed = settings.seconds * kMicrosecondsPerSecond;
  double warm = 0;
  for (int i = 0; i < std::max(1, settings.warm_ups) && (i == 0 || spent < allowed); ++i) {
    warm = timed(run, 1);
    spent += warm;
  }
  const double wanted = std::ceil(kShortestRepeat / warm);
  result.batch = static_cast<int>(std::clamp(wanted, 1.0, static_cast<double>(kLargestBatch)));
  for (int i = 0; i < std::max(2, settings.most_repeats); ++i) {
    result.repeats.push_back(timed(run, result.batch));
    spent += result.repeats.back() * result.batch;
    if (result.repeats.size() < 2) continue;
    summarize(result);
    if (spent >= allowed) break;
    if (i + 1 >= settings.least_repeats &&
        result.p95 - result.p5 <= settings.spread * result.median) {
      break;
    }
  }
  return result;
}

}  // namespace commsim::probe
