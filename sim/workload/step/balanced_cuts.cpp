#include "sim/workload/step/balanced_cuts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/error.hpp"
#include "core/index.hpp"

namespace commsim::balanced_cuts {
namespace {

constexpr double kMostTries = 400e6;
constexpr double kNever = std::numeric_limits<double>::infinity();

// The best value of a cut of the first `end` items by part, and where its last part begins.
class Table {
 public:
  explicit Table(const BalancedCuts& cuts)
      : cuts_(cuts), begins_(index(cuts.parts), std::vector<std::int64_t>(index(cuts.items) + 1)) {}

  // `join` makes of the value of some parts and the cost of one more the value of all.
  template <typename Join>
  double fill(Join join) {
    std::vector<double> before(index(cuts_.items) + 1, kNever);
    before[0] = 0;
    for (std::int64_t part = 0; part < cuts_.parts; ++part) {
      std::vector<double> best(before.size(), kNever);
      const std::int64_t behind = (cuts_.parts - 1 - part) * cuts_.least;
      for (std::int64_t first = part * cuts_.least; first + cuts_.least <= cuts_.items; ++first) {
        if (before[index(first)] == kNever) continue;
        const std::int64_t end = last(part, first, cuts_.items - behind);
        for (std::int64_t until = first + cuts_.least; until <= end; ++until) {
          if (part + 1 == cuts_.parts && until < cuts_.items) continue;
          const double value = join(before[index(first)],
                                    static_cast<double>(cuts_.cost(part, first, until).count()));
          if (value >= best[index(until)]) continue;
          best[index(until)] = value;
          begins_[index(part)][index(until)] = first;
        }
      }
      before = std::move(best);
    }
    return before.back();
  }

  [[nodiscard]] std::vector<std::int64_t> parts() const {
    std::vector<std::int64_t> sizes(begins_.size());
    std::int64_t end = cuts_.items;
    for (std::size_t part = begins_.size(); part-- > 0;) {
      const std::int64_t first = begins_[part][index(end)];
      sizes[part] = end - first;
      end = first;
    }
    return sizes;
  }

 private:
  [[nodiscard]] std::int64_t last(std::int64_t part, std::int64_t first, std::int64_t most) const {
    if (cuts_.last_of.empty()) return most;
    return std::min(most, cuts_.last_of[index(part)][index(first)]);
  }

  const BalancedCuts& cuts_;
  std::vector<std::vector<std::int64_t>> begins_;
};

}  // namespace
}  // namespace commsim::balanced_cuts

namespace commsim {

std::vector<std::int64_t> BalancedCuts::find() const {
  using namespace balanced_cuts;
  const auto count = static_cast<double>(items);
  if (static_cast<double>(parts) * count * count > kMostTries) {
    throw RequestError(
        fmt::format("{} items in {} parts are too many to be balanced; legal are "
                    "{:.0e} for the number of parts times that of items squared",
                    items, parts, kMostTries));
  }
  Table table(*this);
  const double largest =
      table.fill([](double before, double own) { return std::max(before, own); });
  if (largest == kNever) return {};
  table.fill(
      [&](double before, double own) { return own > largest ? kNever : before + own * own; });
  return table.parts();
}

}  // namespace commsim
