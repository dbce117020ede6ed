#include "sim/plan/plan_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <mutex>
#include <numeric>
#include <optional>
#include <span>

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
    std::vector<std::size_t> order(set_.points.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (const std::size_t i : order) promises_[i] = promise(set_.points[i]);
    const auto value = [&](std::size_t i) {
      return spec_.goal == PlanGoal::kCost ? promises_[i].unit_cost() : 1 / promises_[i].per_second;
    };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return value(a) < value(b); });
    for (std::size_t first = 0; first < order.size() && outcome_.complete; first += kRound) {
      if (how_.any_will_do && !outcome_.ranked.empty()) break;
      round(std::span(order).subspan(first, std::min(kRound, order.size() - first)), first);
    }
    rank(spec_.goal, outcome_.ranked);
    outcome_.front = pareto_front(outcome_.ranked);
    return std::move(outcome_);
  }

 private:
  // What is left out is decided by the rounds before, so that it depends neither on the number of
  // threads nor on what a file knows already.
  static constexpr std::size_t kRound = 32;

  // How one point ended.
  struct Ending {
    std::optional<PlanCandidate> candidate;
    std::string refusal;
  };

  void recall() {
    if (how_.store == nullptr) return;
    for (PlanCandidate& candidate : how_.store->candidates()) {
      const std::size_t point = candidate.point;
      known_[point].candidate = std::move(candidate);
    }
    for (auto& refusal : how_.store->refusals()) known_[refusal.point].refusal = refusal.reason;
  }

  void round(std::span<const std::size_t> points, std::size_t before) {
    std::vector<std::size_t> hopeful;
    for (const std::size_t i : points) {
      if (const auto limit = limit_out_of_reach(i)) {
        ++outcome_.refused[*limit];
      } else if (hopeless(i)) {
        ++outcome_.skipped;
      } else {
        hopeful.push_back(i);
      }
    }
    std::vector<Ending> endings(hopeful.size());
    const OrderedWork work{
        .jobs = how_.jobs, .stop = how_.stop, .progress = [&](std::size_t done, std::size_t) {
          if (how_.progress) how_.progress(before + done, set_.points.size());
        }};
    const std::size_t done = work.run(
        hopeful.size(), [&](std::size_t k) { endings[k] = settle(hopeful[k]); },
        [&](std::size_t k) { take(std::move(endings[k])); });
    outcome_.complete = done == hopeful.size();
  }

  [[nodiscard]] Promise promise(const TrainingPoint& point) const {
    // With jitter a lucky step may take less than it computes on average.
    const bool firm = !point.job.jitter.any();
    const double step = firm ? seconds(least_time(point.job)) : 0;
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

  // What it computes alone may break a limit.
  [[nodiscard]] std::optional<std::string> limit_out_of_reach(std::size_t i) const {
    const TrainingPoint& point = set_.points[i];
    const Promise& best = promises_[i];
    return broken_limit(spec_,
                        {.point = i,
                         .step = point.job.jitter.any() ? Duration{0} : least_time(point.job),
                         .gpus = point.job.parallelism.ranks(),
                         .per_second = best.per_second,
                         .per_hour = best.per_hour});
  }

  // Whether the point can be neither among the first rows nor on the front.
  [[nodiscard]] bool hopeless(std::size_t i) const {
    const Promise& best = promises_[i];
    const double own =
        spec_.goal == PlanGoal::kCost ? best.unit_cost() / 3600 : 1 / best.per_second;
    std::int64_t better = 0;
    bool dominated = false;
    for (const PlanCandidate& known : outcome_.ranked) {
      if (score(spec_.goal, known) < own) ++better;
      // Without prices the front is the fastest alone.
      dominated =
          dominated || (known.per_second > best.per_second &&
                        (!spec_.prices.any() || known.unit_cost() < best.unit_cost() / 3600));
    }
    return dominated && better >= spec_.rows;
  }

  Ending settle(std::size_t i) {
    const auto place = known_.find(i);
    if (place != known_.end()) return place->second;
    const TrainingPoint& point = set_.points[i];
    Ending ending;
    try {
      ending.candidate = candidate_of(i, run_training(point.job, *set_.prices), hourly(point));
    } catch (const RequestError& refusal) {
      ending.refusal = refusal.what();
    }
    if (how_.store == nullptr) return ending;
    const std::lock_guard lock(mutex_);
    if (ending.candidate) {
      how_.store->put(*ending.candidate, words(point));
    } else {
      how_.store->put({i, ending.refusal}, words(point));
    }
    return ending;
  }

  void take(Ending ending) {
    ++outcome_.simulated;
    if (!ending.candidate) {
      ++outcome_.refused[ending.refusal];
    } else if (const auto why = broken_limit(spec_, *ending.candidate)) {
      ++outcome_.refused[*why];
    } else {
      outcome_.ranked.push_back(*std::move(ending.candidate));
    }
  }

  const TrainingSet& set_;
  const PlanSpec& spec_;
  const PlanSearch& how_;
  std::vector<Promise> promises_;
  std::map<std::size_t, Ending> known_;  // from the file
  std::mutex mutex_;                     // of the store
  PlanOutcome outcome_;
};

}  // namespace
}  // namespace commsim::plan_search

namespace commsim {

PlanOutcome search(const TrainingSet& set, const PlanSpec& spec, const PlanSearch& how) {
  return plan_search::Search(set, spec, how).run();
}

}  // namespace commsim
