#include "sim/plan/plan_question.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/error.hpp"
#include "core/quantity_text.hpp"

namespace commsim {

namespace {

// A value of the range as a number, and back as a scenario writes it.
struct Scale {
  double least = 0;
  double most = 0;
  bool whole = false;
  std::function<std::string(double)> text;
};

Scale scale_of(const PlanQuestion& question) {
  const auto both = [&](auto parse) {
    return std::pair(parse(question.least), parse(question.most));
  };
  try {
    const auto [least, most] = both(parse_whole);
    return {static_cast<double>(least), static_cast<double>(most), true,
            [](double value) { return fmt::format("{}", std::llround(value)); }};
  } catch (const RequestError&) {
    // it has a unit, then, or a fraction
  }
  try {
    const auto [least, most] = both(parse_bandwidth);
    return {least.bytes_per_second(), most.bytes_per_second(), false,
            [](double value) { return fmt::format("{:.4g} Gb/s", value * 8 / 1e9); }};
  } catch (const RequestError&) {
    // no bandwidth
  }
  try {
    const auto [least, most] = both(parse_duration);
    return {seconds(least), seconds(most), false,
            [](double value) { return fmt::format("{:.4g} us", value * 1e6); }};
  } catch (const RequestError&) {
    // no time
  }
  try {
    const auto [least, most] = both(parse_bytes);
    return {static_cast<double>(least.count()), static_cast<double>(most.count()), false,
            [](double value) { return fmt::format("{} B", std::llround(value)); }};
  } catch (const RequestError&) {
    // no bytes
  }
  const auto [least, most] = both(parse_number);
  return {least, most, false, [](double value) { return fmt::format("{:.6g}", value); }};
}

// Of a few whole numbers each is tried, since they need not be better one after another: 12 servers
// may not divide what 8 divide.
PlanAnswer first_of(const PlanQuestion& question, const Scale& scale, const Attempt& attempt) {
  PlanAnswer found;
  const double step = question.wants_least ? 1 : -1;
  double value = question.wants_least ? scale.least : scale.most;
  for (; value >= scale.least && value <= scale.most; value += step) {
    ++found.attempts;
    if (auto best = attempt(scale.text(value))) {
      found.best = std::move(best);
      found.value = scale.text(value);
      return found;
    }
    found.fails = scale.text(value);
  }
  return found;
}

}  // namespace

PlanAnswer answer(const PlanQuestion& question, const Attempt& attempt) {
  constexpr double kClose = 1.01;
  const Scale scale = scale_of(question);
  if (!(scale.least > 0 && scale.least < scale.most)) {
    throw RequestError(fmt::format("from {} to {} is no range of positive values, the least first",
                                   question.least, question.most));
  }
  PlanAnswer found;
  constexpr double kFew = 64;
  if (scale.whole && scale.most - scale.least <= kFew) return first_of(question, scale, attempt);
  const auto attempted = [&](double value) {
    ++found.attempts;
    return attempt(scale.text(value));
  };
  double good = question.wants_least ? scale.most : scale.least;
  double bad = question.wants_least ? scale.least : scale.most;
  found.best = attempted(good);
  if (!found.best) return found;
  found.value = scale.text(good);
  if (auto best = attempted(bad)) {
    found.best = std::move(best);
    found.value = scale.text(bad);
    return found;
  }
  found.fails = scale.text(bad);
  const auto apart = [&] {
    return scale.whole ? std::abs(good - bad) > 1
                       : std::max(good, bad) / std::min(good, bad) > kClose;
  };
  while (apart()) {
    const double middle = scale.whole ? std::floor((good + bad) / 2) : std::sqrt(good * bad);
    if (auto best = attempted(middle)) {
      good = middle;
      found.best = std::move(best);
      found.value = scale.text(good);
    } else {
      bad = middle;
      found.fails = scale.text(bad);
    }
  }
  return found;
}

}  // namespace commsim
