#include "sim/plan/plan_question.hpp"

#include <cmath>

namespace commsim {

namespace {

// Of a few whole numbers each is tried, since they need not be better one after another: 12 servers
// may not divide what 8 divide.
PlanAnswer first_of(const PlanQuestion& question, const Attempt& attempt) {
  PlanAnswer found;
  const PlanRange& range = question.range;
  const double step = question.wants_least ? 1 : -1;
  double value = question.wants_least ? range.least : range.most;
  for (; value >= range.least && value <= range.most; value += step) {
    ++found.attempts;
    if (auto best = attempt(range.text(value))) {
      found.best = std::move(best);
      found.value = range.text(value);
      return found;
    }
    found.fails = range.text(value);
  }
  return found;
}

}  // namespace

PlanAnswer answer(const PlanQuestion& question, const Attempt& attempt) {
  constexpr double kClose = 1.01;
  const PlanRange& range = question.range;
  PlanAnswer found;
  constexpr double kFew = 64;
  if (range.whole && range.most - range.least <= kFew) return first_of(question, attempt);
  const auto attempted = [&](double value) {
    ++found.attempts;
    return attempt(range.text(value));
  };
  double good = question.wants_least ? range.most : range.least;
  double bad = question.wants_least ? range.least : range.most;
  // What does may be an interval, where more bandwidth costs more and less is too slow.
  constexpr int kLooks = 8;
  const double towards = std::pow(bad / good, 1.0 / kLooks);
  for (int look = 0; look < kLooks && !found.best; ++look) {
    if (look > 0) good = range.whole ? std::round(good * towards) : good * towards;
    found.best = attempted(good);
  }
  if (!found.best) return found;
  found.value = range.text(good);
  if (auto best = attempted(bad)) {
    found.best = std::move(best);
    found.value = range.text(bad);
    return found;
  }
  found.fails = range.text(bad);
  const auto apart = [&] {
    return range.whole ? std::abs(good - bad) > 1
                       : std::max(good, bad) / std::min(good, bad) > kClose;
  };
  while (apart()) {
    const double middle = range.whole ? std::floor((good + bad) / 2) : std::sqrt(good * bad);
    if (auto best = attempted(middle)) {
      good = middle;
      found.best = std::move(best);
      found.value = range.text(good);
    } else {
      bad = middle;
      found.fails = range.text(bad);
    }
  }
  return found;
}

}  // namespace commsim
