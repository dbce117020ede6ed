#include "sim/workload/training/efficiency.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "core/error.hpp"

namespace commsim {
namespace efficiency_curve {
namespace {

// NaN is refused, too.
void require_efficiency(double efficiency) {
  if (!(efficiency > 0 && efficiency <= 1)) {
    throw RequestError(fmt::format("an efficiency is above 0 and at most 1, not {}", efficiency));
  }
}

}  // namespace
}  // namespace efficiency_curve

EfficiencyCurve EfficiencyCurve::constant(double efficiency) { return saturating(efficiency, 0); }

EfficiencyCurve EfficiencyCurve::saturating(double share, double half) {
  efficiency_curve::require_efficiency(share);
  if (!(half >= 0) || !std::isfinite(half)) {
    throw RequestError(
        fmt::format("the work of half efficiency is finite and not negative, not {}", half));
  }
  return EfficiencyCurve({{.work = 1, .efficiency = share}}, half);
}

EfficiencyCurve EfficiencyCurve::table(std::vector<Point> points) {
  if (points.empty()) throw RequestError("a table of efficiencies has one point at least");
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Point& point = points[i];
    efficiency_curve::require_efficiency(point.efficiency);
    if (!(point.work > 0) || !std::isfinite(point.work)) {
      throw RequestError(fmt::format("work is finite and above 0, not {}", point.work));
    }
    if (i == 0) continue;
    const Point& before = points[i - 1];
    if (point.work <= before.work) {
      throw RequestError(
          fmt::format("work must ascend: {} is not above {}", point.work, before.work));
    }
    constexpr double kRounding = 1 + 1e-9;
    if (point.efficiency / before.efficiency > point.work / before.work * kRounding) {
      throw RequestError(fmt::format(
          "between {} and {} efficiency grows faster than work, so more work would take less time",
          before.work, point.work));
    }
  }
  return EfficiencyCurve(std::move(points), 0);
}

EfficiencyCurve EfficiencyCurve::scaled(double factor) const {
  EfficiencyCurve curve = *this;
  for (Point& point : curve.points_) {
    point.efficiency *= factor;
    efficiency_curve::require_efficiency(point.efficiency);
  }
  return curve;
}

double EfficiencyCurve::at(double work) const {
  ensure(work > 0, "efficiency of some work");
  const auto above = std::upper_bound(points_.begin(), points_.end(), work,
                                      [](double w, const Point& point) { return w < point.work; });
  if (above == points_.begin()) return points_.front().efficiency * work / (work + half_);
  const Point& left = *(above - 1);
  if (above == points_.end()) return left.efficiency * work / (work + half_);
  const double place = std::log(work / left.work) / std::log(above->work / left.work);
  return left.efficiency * std::pow(above->efficiency / left.efficiency, place);
}

ComputeEfficiency published_efficiency() {
  return {.product = EfficiencyCurve::table({{.work = 1e9 / 6, .efficiency = 0.1},
                                             {.work = 1e9, .efficiency = 0.6},
                                             {.work = 16e9, .efficiency = 0.9},
                                             {.work = 128e9, .efficiency = 0.95}}),
          .memory = EfficiencyCurve::table({{.work = 1e6, .efficiency = 0.6},
                                            {.work = 10e6, .efficiency = 0.75},
                                            {.work = 100e6, .efficiency = 0.9}}),
          .source = "Isaev et al., Calculon, SC 2023, for the A100; assumed for other GPUs"};
}

ComputeEfficiency training_efficiency(double sustained, std::string source, double half,
                                      double memory) {
  return {.product = EfficiencyCurve::saturating(sustained, half),
          .memory = EfficiencyCurve::constant(memory),
          .source = std::move(source)};
}

}  // namespace commsim
