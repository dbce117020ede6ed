// What a result is held against: a published measurement, and the expectations of the file.
#include <fmt/format.h>

#include "core/quantity_text.hpp"
#include "sim/report/report.hpp"

namespace commsim {

std::optional<double> error_to_measured(const ScenarioPoint& point,
                                        const CollectiveResult& result) {
  if (point.measured == nullptr || !point.like_measured) return std::nullopt;
  const auto measured = point.measured->time(point.run.call.size);
  if (!measured) return std::nullopt;
  return seconds(result.time) / seconds(*measured) - 1;
}

std::vector<std::string> unmet(const ScenarioPoint& point, const CollectiveResult& result) {
  const Expectation& expect = point.expect;
  std::vector<std::string> failures;
  const auto check = [&](bool holds, std::string_view key, const std::string& is,
                         const std::string& should) {
    if (!holds) {
      failures.push_back(fmt::format("{} {} on {}: {} is {}, expected {}", point.algorithm,
                                     to_text(point.run.call.size), network_name(point), key, is,
                                     should));
    }
  };
  const std::string time = to_text(result.time);
  const std::string busbw = rate_text(result.busbw);
  if (const auto& least = expect.time_at_least) {
    check(result.time >= *least, "time", time, "at least " + to_text(*least));
  }
  if (const auto& most = expect.time_at_most) {
    check(result.time <= *most, "time", time, "at most " + to_text(*most));
  }
  if (const auto& least = expect.busbw_at_least) {
    check(result.busbw >= *least, "busbw", busbw, "at least " + rate_text(*least));
  }
  if (const auto& most = expect.busbw_at_most) {
    check(result.busbw <= *most, "busbw", busbw, "at most " + rate_text(*most));
  }
  return failures;
}

}  // namespace commsim
