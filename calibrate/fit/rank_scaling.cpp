#include "calibrate/fit/rank_scaling.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "calibrate/fit/regime_fit.hpp"
#include "calibrate/fit/statistics.hpp"
#include "core/error.hpp"

namespace commsim {
namespace {

constexpr std::size_t kSmallSizes = 6;
constexpr std::size_t kLargeSizes = 3;
constexpr double kLeastTime = 1e-12;  // seconds

struct Difference {
  double bytes = 0;
  double seconds = 0;
};

std::vector<Difference> differences(const RankTable& fewer, const RankTable& more) {
  std::map<Bytes, Duration> times;
  for (const Measurement& row : fewer.rows) times[row.size] = row.time;
  std::vector<Difference> result;
  for (const Measurement& row : more.rows) {
    const auto found = times.find(row.size);
    if (found == times.end()) continue;
    result.push_back(
        {static_cast<double>(row.size.count()), seconds(row.time) - seconds(found->second)});
  }
  if (result.size() < 4) throw RequestError("two numbers of ranks must have four sizes in common");
  return result;
}

}  // namespace

RankScaling::RankScaling(const std::string& collective, const RankTable& fewer,
                         const RankTable& more)
    : least_ranks_(fewer.ranks),
      ranks_(more.ranks),
      curve_(fit_regimes(more.rows, {.resamples = 0}).curve) {
  ensure(fewer.ranks > 1 && fewer.ranks < more.ranks, "two numbers of ranks, the smaller first");
  const auto by_size = differences(fewer, more);
  const double ranks = more.ranks - fewer.ranks;
  if (collective != "all_to_all") {
    std::vector<double> steps;
    for (std::size_t i = 0; i < std::min(kSmallSizes, by_size.size()); ++i) {
      steps.push_back(by_size[i].seconds / ranks);
    }
    step_ = std::max(0.0, median(steps));
  }
  const double shares = 1.0 / fewer.ranks - 1.0 / more.ranks;
  std::vector<double> rates;
  for (std::size_t i = by_size.size() - std::min(kLargeSizes, by_size.size()); i < by_size.size();
       ++i) {
    rates.push_back((by_size[i].seconds - step_ * ranks) / (by_size[i].bytes * shares));
  }
  bytes_ = std::max(0.0, median(rates));
}

double RankScaling::unblurred(int ranks, double bytes) const {
  const double shares = 1.0 / ranks_ - 1.0 / ranks;
  const Bytes size{std::max<std::int64_t>(1, std::llround(bytes))};
  const double time = curve_.time_s(size) + step_ * (ranks - ranks_) + bytes_ * bytes * shares;
  // Below the larger table, noise could take all of it away.
  return std::max(time, kLeastTime);
}

double RankScaling::time_s(int ranks, Bytes size) const {
  ensure(ranks >= least_ranks_, "more ranks than the fewest that were measured");
  const auto bytes = static_cast<double>(size.count());
  const double here = unblurred(ranks, bytes);
  const double below = unblurred(ranks, bytes / std::numbers::sqrt2);
  const double above = unblurred(ranks, bytes * std::numbers::sqrt2);
  return std::sqrt(here * std::sqrt(below * above));
}

}  // namespace commsim
