#include "sim/plan/plan_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <mutex>
#include <numeric>
#include <optional>
#include <span>

#include "sim/scenario/ordered_work.hpp"

namespace commsim::plan_search {
namespace {

// What a point cannot beat.
struct Promise {
  double per_second = 0;  // at most so many tokens
  double per_hour = 0;
  double purchase = 0;

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
  Search(const Plan& plan, const PlanSearch& how)
      : plan_(plan), set_(plan.set), spec_(plan.spec()), how_(how), promises_(set_.points.size()) {}

  PlanOutcome run() {
    outcome_.refused = set_.refused;
    recall();
    std::vector<std::size_t> order(set_.points.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (const std::size_t i : order) promises_[i] = promise(i);
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
    simulate(hopeful, before);
    for (const std::size_t i : hopeful) take(known_[i]);
  }

  // Finds out how those points end that are not known.
  void simulate(const std::vector<std::size_t>& points, std::size_t before) {
    std::vector<std::size_t> open;
    std::copy_if(points.begin(), points.end(), std::back_inserter(open),
                 [&](std::size_t i) { return !known_.contains(i); });
    std::vector<PlanEnding> endings(open.size());
    const auto keep = [&](std::size_t k, PlanEnding ending) {
      write_down(open[k], ending);
      endings[k] = std::move(ending);
    };
    const OrderedWork work{
        .jobs = how_.jobs,
        .stop = how_.stop,
        .progress =
            [&](std::size_t done, std::size_t) {
              if (how_.progress) how_.progress(before + done, set_.points.size());
            },
        .elsewhere = {
            .workers = how_.workers,
            .request =
                [&](std::size_t k) {
                  return to_text(PlanRequest{.point = open[k], .variation = how_.variation});
                },
            .received = [&](std::size_t k,
                            const std::string& answer) { keep(k, unpacked_ending(answer)); }}};
    const std::size_t done = work.run(
        open.size(), [&](std::size_t k) { keep(k, settled(plan_, open[k])); },
        [&](std::size_t k) { known_[open[k]] = std::move(endings[k]); });
    outcome_.complete = done == open.size();
  }

  // As soon as it is there, from any thread.
  void write_down(std::size_t i, const PlanEnding& ending) {
    if (how_.store == nullptr) return;
    const std::string choices = words(set_.points[i]);
    const std::lock_guard lock(mutex_);
    if (ending.candidate) {
      how_.store->put(*ending.candidate, choices);
    } else {
      how_.store->put({i, ending.refusal}, choices);
    }
  }

  [[nodiscard]] Promise promise(std::size_t i) const {
    const TrainingJob& job = set_.points[i].job;
    const Prices& prices = plan_.spec_of(i).prices;
    const Topology& topology = job.network.cluster->topology;
    // With jitter a lucky step may take less than it computes on average.
    const bool firm = !job.jitter.any();
    const double step = firm ? seconds(least_time(job)) : 0;
    const auto* model = std::get_if<TransformerModel>(&job.shape);
    const double units = static_cast<double>(job.parallelism.global_batch) *
                         (model == nullptr ? 1.0 : static_cast<double>(model->sequence));
    return {.per_second = step > 0 ? units / step : std::numeric_limits<double>::infinity(),
            .per_hour = price_per_hour(prices, topology, job.parallelism.ranks()),
            .purchase = purchase(prices, topology)};
  }

  // What it computes alone may break a limit.
  [[nodiscard]] std::optional<std::string> limit_out_of_reach(std::size_t i) const {
    const TrainingPoint& point = set_.points[i];
    const Promise& best = promises_[i];
    const PlanSpec& spec = plan_.spec_of(i);
    if (const auto& most = spec.limits.memory; most && exceeds(*most, point.job)) {
      return "more than " + most->text();
    }
    return broken_limit(spec, {.point = i,
                               .step = point.job.jitter.any() ? Duration{0} : least_time(point.job),
                               .gpus = point.job.parallelism.ranks(),
                               .per_second = best.per_second,
                               .per_hour = best.per_hour,
                               .purchase = best.purchase});
  }

  // Whether the point can be neither among the first rows, nor the first of its alternative, nor on
  // the front.
  [[nodiscard]] bool hopeless(std::size_t i) const {
    const Promise& best = promises_[i];
    const double own =
        spec_.goal == PlanGoal::kCost ? best.unit_cost() / 3600 : 1 / best.per_second;
    std::int64_t better = 0;
    bool dominated = false;
    bool second = false;
    for (const PlanCandidate& known : outcome_.ranked) {
      if (score(spec_.goal, known) < own) {
        ++better;
        second = second || set_.points[known.point].document == set_.points[i].document;
      }
      // Without prices the front is the fastest alone.
      dominated =
          dominated || (known.per_second > best.per_second &&
                        (!spec_.prices.any() || known.unit_cost() < best.unit_cost() / 3600));
    }
    return dominated && second && better >= spec_.rows;
  }

  void take(const PlanEnding& ending) {
    if (!ending.known()) return;  // stopped before it was
    ++outcome_.simulated;
    if (!ending.candidate) {
      ++outcome_.refused[ending.refusal];
    } else if (const auto why =
                   broken_limit(plan_.spec_of(ending.candidate->point), *ending.candidate)) {
      ++outcome_.refused[*why];
    } else {
      outcome_.ranked.push_back(*ending.candidate);
    }
  }

  const Plan& plan_;
  const TrainingSet& set_;
  const PlanSpec& spec_;
  const PlanSearch& how_;
  std::vector<Promise> promises_;
  std::map<std::size_t, PlanEnding> known_;  // from the file, or simulated
  std::mutex mutex_;                         // of the store
  PlanOutcome outcome_;
};

}  // namespace
}  // namespace commsim::plan_search

namespace commsim {

std::string to_text(const PlanRequest& request) {
  return fmt::format("{} {}", request.point, request.variation);
}

PlanRequest plan_request(const std::string& text) {
  const std::size_t space = text.find(' ');
  return {.point = std::stoul(text), .variation = text.substr(space + 1)};
}

PlanOutcome search(const Plan& plan, const PlanSearch& how) {
  return plan_search::Search(plan, how).run();
}

}  // namespace commsim
