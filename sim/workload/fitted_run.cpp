#include "sim/workload/fitted_run.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/quantity_text.hpp"

namespace commsim {
namespace {

Duration picoseconds(double seconds) { return Duration{std::llround(seconds * 1e12)}; }

}  // namespace

CollectiveResult fitted_result(const CollectiveRun& run, const ProfileTable& table) {
  CollectiveCall call = run.call;
  call.layout = run.cluster->layout;
  const TimeCurve& curve = table.fit.curve;
  const double time = curve.time_s(call.size);
  const double factor =
      call.size < 1_MiB ? table.fit.band.below_mebibyte : table.fit.band.from_mebibyte;
  CollectiveResult result{
      .time = picoseconds(time),
      .bound = lower_bound(*run.cluster, call, false),
      .likely = TimeRange{picoseconds(time / factor), picoseconds(time * factor)}};
  measure_rates(run, result);
  const auto size_of = [](const Knot& knot) { return Bytes{std::llround(knot.bytes)}; };
  const Bytes least = size_of(curve.knots().front());
  const Bytes most = size_of(curve.knots().back());
  if (call.size < least || call.size > most) {
    result.warnings.push_back(fmt::format("the profile was measured from {} to {}; {} is beyond",
                                          to_text(least), to_text(most), to_text(call.size)));
  }
  if (result.time < result.bound.time) {
    result.warnings.push_back(fmt::format(
        "the profile is faster than this topology allows ({}): it was measured on another",
        to_text(result.bound.time)));
  }
  return result;
}

}  // namespace commsim
