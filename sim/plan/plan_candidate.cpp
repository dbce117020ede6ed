#include "sim/plan/plan_candidate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <tuple>

#include "core/quantity_text.hpp"

namespace commsim {

namespace {

constexpr double kSecondsOfHour = 3600;
constexpr double kSecondsOfDay = 86'400;

std::string bottleneck_of(const TrainingResult& result) {
  std::string worst = "computing";
  Duration most = result.mean.bubble;
  if (most > Duration{0}) worst = "bubble";
  for (std::size_t i = 0; i < kActivities; ++i) {
    const auto activity = static_cast<Activity>(i);
    if (computes(activity) || result.mean.spent[activity] <= most) continue;
    most = result.mean.spent[activity];
    worst = to_text(activity);
  }
  // What takes less than a fifth of what computing takes holds nothing up.
  return most * 5 < result.mean.spent.computing() ? "computing" : worst;
}

}  // namespace

double PlanCandidate::unit_cost() const { return per_hour / kSecondsOfHour / per_second; }
double PlanCandidate::days(double tokens) const { return tokens / per_second / kSecondsOfDay; }
double PlanCandidate::cost(double tokens) const { return unit_cost() * tokens; }

PlanCandidate candidate_of(std::size_t point, const TrainingResult& result, double per_hour) {
  const StageTime& mean = result.mean;
  const double whole = seconds(mean.spent.computing() + mean.spent.communicating() + mean.bubble);
  return {.point = point,
          .step = result.time,
          .gpus = result.gpus,
          .per_second =
              result.tokens_per_second > 0 ? result.tokens_per_second : result.samples_per_second,
          .per_hour = per_hour,
          .mfu = result.mfu,
          .computing = seconds(mean.spent.computing()) / whole,
          .exposed = seconds(mean.spent.communicating()) / whole,
          .bubble = seconds(mean.bubble) / whole,
          .memory = result.memory.use.total(),
          .bottleneck = bottleneck_of(result)};
}

std::optional<std::string> broken_limit(const PlanSpec& spec, const PlanCandidate& candidate) {
  const PlanLimits& limits = spec.limits;
  if (limits.step && candidate.step > *limits.step) {
    return fmt::format("a step longer than {}", to_text(*limits.step));
  }
  if (limits.gpus && candidate.gpus > *limits.gpus) {
    return fmt::format("more than {} GPUs", *limits.gpus);
  }
  if (limits.price_per_hour && candidate.per_hour > *limits.price_per_hour) {
    return fmt::format("more than {:g} an hour", *limits.price_per_hour);
  }
  if (limits.purchase && candidate.purchase > *limits.purchase) {
    return fmt::format("more than {:g} to buy", *limits.purchase);
  }
  if (limits.days && candidate.days(spec.tokens) > *limits.days) {
    return fmt::format("more than {:g} days", *limits.days);
  }
  if (limits.budget && candidate.cost(spec.tokens) > *limits.budget) {
    return fmt::format("more than a budget of {:g}", *limits.budget);
  }
  return std::nullopt;
}

double score(PlanGoal goal, const PlanCandidate& candidate) {
  return goal == PlanGoal::kCost ? candidate.unit_cost() : 1 / candidate.per_second;
}

std::vector<PlanCandidate> pareto_front(std::vector<PlanCandidate> candidates) {
  std::sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
    return std::tuple(-a.per_second, a.unit_cost(), a.point) <
           std::tuple(-b.per_second, b.unit_cost(), b.point);
  });
  std::vector<PlanCandidate> front;
  double cheapest = std::numeric_limits<double>::infinity();
  for (PlanCandidate& candidate : candidates) {
    if (candidate.unit_cost() >= cheapest) continue;
    cheapest = candidate.unit_cost();
    front.push_back(std::move(candidate));
  }
  return front;
}

void rank(PlanGoal goal, std::vector<PlanCandidate>& candidates) {
  std::sort(candidates.begin(), candidates.end(), [&](const auto& a, const auto& b) {
    return std::tuple(score(goal, a), a.point) < std::tuple(score(goal, b), b.point);
  });
}

}  // namespace commsim
