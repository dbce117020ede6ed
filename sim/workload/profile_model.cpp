#include "sim/workload/profile_model.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/quantity_text.hpp"
#include "core/seconds.hpp"

namespace commsim {

CollectiveResult ProfileModel::result(const CollectiveRun& run) const {
  CollectiveCall call = run.call;
  call.layout = run.cluster->layout;
  const TimeCurve& curve = table_->fit.curve;
  const double time = curve.time_s(call.size);
  CollectiveResult result{.time = duration_of(time),
                          .bound = lower_bound(*run.cluster, call, false)};
  if (const auto factor = table_->fit.band.factor(call.size)) {
    result.likely = TimeRange{duration_of(time / *factor), duration_of(time * *factor)};
  }
  measure_rates(run, result);
  const auto size_of = [](const Knot& knot) { return Bytes{std::llround(knot.bytes)}; };
  const Bytes least = size_of(curve.knots().front());
  const Bytes most = size_of(curve.knots().back());
  const bool beyond = call.size < least || call.size > most;
  if (beyond) {
    result.likely.reset();  // found between the sizes
    result.warnings.push_back(fmt::format("the profile was measured from {} to {}; {} is beyond",
                                          to_text(least), to_text(most), to_text(call.size)));
  }
  if (result.time < result.bound.time) {
    result.warnings.push_back(fmt::format(
        "the profile is faster than this topology allows ({}): {}", to_text(result.bound.time),
        beyond ? "what lies beyond its sizes is not what it says" : "it was measured on another"));
  }
  return result;
}

// A measured time has no schedule to explain; its regime says what it is made of.
std::vector<std::string> ProfileModel::explanation(const CollectiveRun& run) const {
  std::vector<std::string> lines{fmt::format("from the profile '{}': {} ({})", profile_->name,
                                             table_->title(), table_->source)};
  if (const auto likely = result(run).likely) {
    lines.push_back(fmt::format("nine of ten times lie between {} and {}", to_text(likely->least),
                                to_text(likely->most)));
  }
  for (const Regime& regime : table_->fit.regimes) {
    const bool here = run.call.size >= regime.from && run.call.size <= regime.to;
    const std::string rate = regime.line.seconds_per_byte > 0
                                 ? " + L / " + rate_text(1 / regime.line.seconds_per_byte)
                                 : "";
    lines.push_back(fmt::format("{} {} to {}: T = {:.4g} us{}", here ? ">" : " ",
                                to_text(regime.from), to_text(regime.to), 1e6 * regime.line.seconds,
                                rate));
  }
  return lines;
}

}  // namespace commsim
