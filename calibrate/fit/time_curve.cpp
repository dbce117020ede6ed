#include "calibrate/fit/time_curve.hpp"

#include <math.h>  // NOLINT(modernize-deprecated-headers): Boost 1.74 calls ::isnan

#include <boost/math/interpolators/pchip.hpp>
#include <cmath>

#include "core/error.hpp"

namespace commsim {
namespace {

// Boost's PCHIP needs four points; two or three are joined by straight lines, whose middles it
// gets.
constexpr std::size_t kLeastForCubic = 4;

std::vector<Knot> with_middles(const std::vector<Knot>& knots) {
  std::vector<Knot> more{knots.front()};
  for (std::size_t i = 1; i < knots.size(); ++i) {
    more.push_back({std::sqrt(knots[i - 1].bytes * knots[i].bytes),
                    std::sqrt(knots[i - 1].seconds * knots[i].seconds)});
    more.push_back(knots[i]);
  }
  return more;
}

std::vector<double> logarithms(const std::vector<Knot>& knots, double Knot::*part) {
  std::vector<double> result;
  result.reserve(knots.size());
  for (const Knot& knot : knots) result.push_back(std::log(knot.*part));
  return result;
}

double scaled(const HockneyLine& line, const Knot& knot, double bytes) {
  const double there = line.seconds_per_byte * knot.bytes + line.seconds;
  if (!(there > 0)) return knot.seconds;
  return knot.seconds * (line.seconds_per_byte * bytes + line.seconds) / there;
}

}  // namespace

bool ascends(double a_bytes, double b_bytes) {
  return std::log(b_bytes) > std::log(a_bytes) + 1e-9;
}

TimeCurve::TimeCurve(std::vector<Knot> knots, HockneyLine before, HockneyLine after)
    : knots_(std::move(knots)), before_(before), after_(after) {
  ensure(!knots_.empty(), "a curve passes through something");
  if (knots_.size() == 1) return;
  std::vector<Knot> points = knots_;
  while (points.size() < kLeastForCubic) points = with_middles(points);
  between_ = boost::math::interpolators::pchip<std::vector<double>>(
      logarithms(points, &Knot::bytes), logarithms(points, &Knot::seconds));
}

double TimeCurve::time_s(Bytes size) const {
  const auto bytes = static_cast<double>(size.count());
  if (bytes <= knots_.front().bytes) return scaled(before_, knots_.front(), bytes);
  if (bytes >= knots_.back().bytes) return scaled(after_, knots_.back(), bytes);
  return std::exp(between_(std::log(bytes)));
}

}  // namespace commsim
