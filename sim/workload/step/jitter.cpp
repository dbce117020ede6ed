#include "sim/workload/step/jitter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/error.hpp"
#include "core/random.hpp"

namespace commsim {

namespace {

// Two independent draws from [0, 1) to one of a normal distribution (Box and Muller, 1958).
double normal(Random& random) {
  const double radius = std::sqrt(-2 * std::log(1 - random.unit()));
  return radius * std::cos(2 * std::numbers::pi * random.unit());
}

std::uint64_t word(const Jitter& jitter, std::int64_t a, std::int64_t b, std::int64_t c) {
  std::uint64_t hash = mix(jitter.seed);
  for (const std::int64_t part : {a, b, c}) hash = mix(hash ^ static_cast<std::uint64_t>(part));
  return hash;
}

}  // namespace

void validate(const Jitter& jitter) {
  if (!(jitter.spread >= 0 && jitter.spread <= 10)) {
    throw RequestError("the spread of computing times is from 0 to 10 times their mean");
  }
  if (!(jitter.slow_share >= 0 && jitter.slow_share <= 1)) {
    throw RequestError("the share of slow ranks is from 0 to 1");
  }
  if (!(jitter.slow_factor >= 1 && jitter.slow_factor <= 1000)) {
    throw RequestError("slow ranks take from 1 to 1000 times as long");
  }
}

bool is_slow(const Jitter& jitter, std::int64_t rank) {
  constexpr std::int64_t kWhoIsSlow = -1;
  return Random(word(jitter, kWhoIsSlow, rank, 0)).unit() < jitter.slow_share;
}

double slowdown(const Jitter& jitter, std::int64_t repetition, std::int64_t rank, TaskId task) {
  double factor = is_slow(jitter, rank) ? jitter.slow_factor : 1;
  if (jitter.spread > 0) {
    Random random(word(jitter, repetition, rank, task));
    const double variance = std::log1p(jitter.spread * jitter.spread);
    factor *= std::exp(std::sqrt(variance) * normal(random) - variance / 2);
  }
  return factor;
}

JitteredTimes jittered(const StepGraph& graph, const Jitter& jitter, std::int64_t replicas,
                       double lost_to_communication, const RunLimits* limits) {
  std::vector<Duration> times;
  for (std::int64_t repetition = 0; repetition < jitter.repetitions; ++repetition) {
    if (limits != nullptr && limits->stop != nullptr && *limits->stop) throw Interrupted();
    const StepConditions conditions{.replicas = replicas,
                                    .lost_to_communication = lost_to_communication,
                                    .slowdown = [&, repetition](std::int64_t replica, TaskId task) {
                                      const std::int64_t rank =
                                          replica * graph.stages() + graph.task(task).stage;
                                      return slowdown(jitter, repetition, rank, task);
                                    }};
    times.push_back(simulate_step(graph, conditions).total());
  }
  std::sort(times.begin(), times.end());
  const auto quantile = [&](double share) {
    const double last = static_cast<double>(times.size() - 1);
    return times[static_cast<std::size_t>(std::lround(share * last))];
  };
  return {.median = quantile(0.5), .fast = quantile(0.05), .slow = quantile(0.95)};
}

}  // namespace commsim
