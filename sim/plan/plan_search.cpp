#include "sim/plan/plan_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <mutex>
#include <numeric>
#include <set>

#include "core/error.hpp"
#include "sim/scenario/ordered_work.hpp"

namespace commsim::plan_search {
namespace {

// What a point cannot beat.
struct Promise {
  double per_second = 0;  // at most so many tokens
  double per_hour = 0;

  [[nodiscard]] double unit_cost() const { return per_hour / per_second; }
};

std::string words(const TrainingPoint& point) {
  std::string text;
  for (const auto& [path, value] : point.choices) {
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", path, value);
  }
  return text;
}

class Search {
 public:
  Search(const TrainingSet& set, const PlanSpec& spec, const PlanSearch& how)
      : set_(set), spec_(spec), how_(how), promises_(set.points.size()) {}

  PlanOutcome run() {
    outcome_.refused = set_.refused;
    recall();
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < set_.points.size(); ++i) {
      if (known_.contains(i)) continue;
      promises_[i] = promise(set_.points[i]);
      order.push_back(i);
    }
    const auto value = [&](std::size_t i) {
      return spec_.goal == PlanGoal::kCost ? promises_[i].unit_cost() : 1 / promises_[i].per_second;
    };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return value(a) < value(b); });
    const OrderedWork work{.jobs = how_.jobs, .stop = how_.stop, .progress = how_.progress};
    const std::size_t done = work.run(
        order.size(), [&](std::size_t i) { settle(order[i]); }, [](std::size_t) {});
    outcome_.complete = done == order.size();
    return conclude();
  }

 private:
  void recall() {
    if (how_.store == nullptr) return;
    for (PlanCandidate& candidate : how_.store->candidates()) {
      if (candidate.point >= set_.points.size()) continue;
      known_.insert(candidate.point);
      take(std::move(candidate));
    }
    for (const auto& refusal : how_.store->refusals()) {
      if (refusal.point >= set_.points.size()) continue;
      known_.insert(refusal.point);
      ++outcome_.refused[refusal.reason];
    }
  }

  [[nodiscard]] Promise promise(const TrainingPoint& point) const {
    const double step = seconds(least_time(point.job));
    const auto* model = std::get_if<TransformerModel>(&point.job.shape);
    const double units = static_cast<double>(point.job.parallelism.global_batch) *
                         (model == nullptr ? 1.0 : static_cast<double>(model->sequence));
    return {.per_second = step > 0 ? units / step : std::numeric_limits<double>::infinity(),
            .per_hour = hourly(point)};
  }
  [[nodiscard]] double hourly(const TrainingPoint& point) const {
    return price_per_hour(spec_.prices, point.job.network.cluster->topology,
                          point.job.parallelism.ranks());
  }

  // Whether the point can be neither among the first rows nor on the front.
  bool hopeless(std::size_t i) {
    const std::lock_guard lock(mutex_);
    const Promise& best = promises_[i];
    const double own =
        spec_.goal == PlanGoal::kCost ? best.unit_cost() / 3600 : 1 / best.per_second;
    std::int64_t better = 0;
    bool dominated = false;
    for (const PlanCandidate& known : outcome_.ranked) {
      if (score(spec_.goal, known) < own) ++better;
      dominated = dominated || (known.per_second > best.per_second &&
                                known.unit_cost() < best.unit_cost() / 3600);
      // Without prices the front is the fastest alone.
      if (!spec_.prices.any()) dominated = dominated || known.per_second > best.per_second;
    }
    return dominated && better >= spec_.rows;
  }

  void settle(std::size_t i) {
    if (hopeless(i)) {
      const std::lock_guard lock(mutex_);
      ++outcome_.skipped;
      return;
    }
    const TrainingPoint& point = set_.points[i];
    try {
      const TrainingResult result = run_training(point.job, *set_.prices);
      PlanCandidate candidate = candidate_of(i, result, hourly(point));
      const std::lock_guard lock(mutex_);
      ++outcome_.simulated;
      if (how_.store != nullptr) how_.store->put(candidate, words(point));
      take(std::move(candidate));
    } catch (const RequestError& refusal) {
      const std::lock_guard lock(mutex_);
      if (how_.store != nullptr) how_.store->put({i, refusal.what()}, words(point));
      ++outcome_.refused[refusal.what()];
    }
  }

  void take(PlanCandidate candidate) {
    if (const auto why = broken_limit(spec_, candidate)) {
      ++outcome_.refused[*why];
    } else {
      outcome_.ranked.push_back(std::move(candidate));
    }
  }

  PlanOutcome conclude() {
    rank(spec_.goal, outcome_.ranked);
    outcome_.front = pareto_front(outcome_.ranked);
    return std::move(outcome_);
  }

  const TrainingSet& set_;
  const PlanSpec& spec_;
  const PlanSearch& how_;
  std::vector<Promise> promises_;
  std::set<std::size_t> known_;
  std::mutex mutex_;
  PlanOutcome outcome_;
};

}  // namespace
}  // namespace commsim::plan_search

namespace commsim {

PlanOutcome search(const TrainingSet& set, const PlanSpec& spec, const PlanSearch& how) {
  return plan_search::Search(set, spec, how).run();
}

}  // namespace commsim
