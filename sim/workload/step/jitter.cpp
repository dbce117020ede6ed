#include "sim/workload/step/jitter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <numbers>
#include <thread>
#include <vector>

#include "core/error.hpp"
#include "core/random.hpp"

namespace commsim {

namespace {

// Two independent draws from [0, 1) to one of a normal distribution (Box and Muller, 1958).
double normal(Random& random) {
  const double radius = std::sqrt(-2 * std::log(1 - random.unit()));
  return radius * std::cos(2 * std::numbers::pi * random.unit());
}

// The first failure in the order of the repetitions, if any.
struct Ending {
  Duration time{0};
  std::exception_ptr failure;
};

void repeat(std::vector<Ending>& endings, std::atomic<std::size_t>& next,
            const std::function<Duration(std::int64_t)>& step, const RunLimits* limits) {
  for (std::size_t i = next++; i < endings.size(); i = next++) {
    try {
      if (limits != nullptr && limits->stop != nullptr && *limits->stop) throw Interrupted();
      endings[i].time = step(static_cast<std::int64_t>(i));
    } catch (...) {
      endings[i].failure = std::current_exception();
      next = endings.size();
    }
  }
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
  if (!(jitter.links.share >= 0 && jitter.links.share <= 1)) {
    throw RequestError("the share of slow links is from 0 to 1");
  }
  if (!(jitter.links.factor >= 1 && jitter.links.factor <= 1000)) {
    throw RequestError("the bandwidth of slow links is divided by 1 to 1000");
  }
}

bool is_slow(const Jitter& jitter, std::int64_t rank) {
  constexpr std::int64_t kWhoIsSlow = -1;
  return Random(jitter_bits(jitter, kWhoIsSlow, rank, 0)).unit() < jitter.slow_share;
}

double slowdown(const Jitter& jitter, std::int64_t repetition, std::int64_t rank, TaskId task) {
  double factor = is_slow(jitter, rank) ? jitter.slow_factor : 1;
  if (jitter.spread > 0) {
    Random random(jitter_bits(jitter, repetition, rank, task));
    const double variance = std::log1p(jitter.spread * jitter.spread);
    factor *= std::exp(std::sqrt(variance) * normal(random) - variance / 2);
  }
  return factor;
}

std::uint64_t jitter_bits(const Jitter& jitter, std::int64_t a, std::int64_t b, std::int64_t c) {
  std::uint64_t hash = mix(jitter.seed);
  for (const std::int64_t part : {a, b, c}) hash = mix(hash ^ static_cast<std::uint64_t>(part));
  return hash;
}

Duration jittered_step(const StepGraph& graph, StepConditions conditions, const Jitter& jitter,
                       std::int64_t repetition) {
  conditions.slowdown = [&, repetition](std::int64_t replica, TaskId task) {
    const std::int64_t rank = replica * graph.stages() + graph.task(task).stage;
    return slowdown(jitter, repetition, rank, task);
  };
  return simulate_step(graph, conditions).total();
}

JitteredTimes repeated(const Jitter& jitter, const std::function<Duration(std::int64_t)>& step,
                       const RunLimits* limits, unsigned threads) {
  std::vector<Ending> endings(static_cast<std::size_t>(jitter.repetitions));
  std::atomic<std::size_t> next = 0;
  {
    std::vector<std::jthread> team;
    for (unsigned i = 1; i < std::min<std::size_t>(threads, endings.size()); ++i) {
      team.emplace_back([&] { repeat(endings, next, step, limits); });
    }
    repeat(endings, next, step, limits);
  }
  std::vector<Duration> times;
  for (const Ending& ending : endings) {
    if (ending.failure) std::rethrow_exception(ending.failure);
    times.push_back(ending.time);
  }
  std::sort(times.begin(), times.end());
  const auto quantile = [&](double share) {
    const auto last = static_cast<double>(times.size() - 1);
    return times[static_cast<std::size_t>(std::lround(share * last))];
  };
  return {.median = quantile(0.5), .fast = quantile(0.05), .slow = quantile(0.95)};
}

}  // namespace commsim
