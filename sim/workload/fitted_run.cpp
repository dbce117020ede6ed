#include "sim/workload/fitted_run.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/quantity_text.hpp"
#include "core/seconds.hpp"

namespace commsim {

CollectiveResult fitted_result(const CollectiveRun& run, const ProfileTable& table) {
  CollectiveCall call = run.call;
  call.layout = run.cluster->layout;
  const TimeCurve& curve = table.fit.curve;
  const double time = curve.time_s(call.size);
  CollectiveResult result{.time = duration_of(time),
                          .bound = lower_bound(*run.cluster, call, false)};
  if (const auto factor = table.fit.band.factor(call.size)) {
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

}  // namespace commsim
