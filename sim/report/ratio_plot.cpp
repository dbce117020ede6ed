#include "sim/report/ratio_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/index.hpp"
#include "core/quantity_text.hpp"

namespace commsim::ratio_plot_file {
namespace {

constexpr int kWidth = 64;
constexpr int kHalf = 5;                // lines above and below the middle
constexpr double kLeastRatio = 1.0123;  // of the uppermost line: what is equal looks equal

struct Point {
  double size = 0;  // logarithms, both
  double ratio = 0;
  Bytes bytes;
};

std::vector<Point> points_of(std::span<const ValidationRow> rows) {
  std::vector<Point> points;
  for (const ValidationRow& row : rows) {
    const double ratio = std::log(row.predicted / row.measured);
    if (!std::isfinite(ratio)) continue;
    points.push_back({std::log(static_cast<double>(row.size.count())), ratio, row.size});
  }
  std::stable_sort(points.begin(), points.end(),
                   [](const Point& a, const Point& b) { return a.bytes < b.bytes; });
  return points;
}

}  // namespace
}  // namespace commsim::ratio_plot_file

namespace commsim {

std::string ratio_plot(std::span<const ValidationRow> rows) {
  using namespace ratio_plot_file;
  const auto points = points_of(rows);
  if (points.empty()) return {};
  double most = std::log(kLeastRatio);
  for (const Point& point : points) most = std::max(most, std::abs(point.ratio));
  const double first = points.front().size;
  const double span = points.back().size - first;
  std::vector<std::string> lines(2 * kHalf + 1, std::string(kWidth, ' '));
  lines[kHalf] = std::string(kWidth, '-');
  for (const Point& point : points) {
    const auto line = index(kHalf - std::lround(point.ratio / most * kHalf));
    const auto column =
        span > 0 ? index(std::lround((point.size - first) / span * (kWidth - 1))) : 0;
    char& place = lines[line][column];
    place = place == 'o' || place == '#' ? '#' : 'o';
  }
  std::string text = "  predicted / measured\n";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    lines[i].erase(lines[i].find_last_not_of(' ') + 1);
    const double ratio = std::exp(most * (kHalf - static_cast<double>(i)) / kHalf);
    const std::string label = i % kHalf == 0 ? fmt::format("{:.2f}", ratio) : std::string();
    text += fmt::format("  {:>8} |{}\n", label, lines[i]);
  }
  const std::string least = to_binary_text(points.front().bytes);
  const std::string largest = to_binary_text(points.back().bytes);
  return text + fmt::format("  {:>8}  {}{:>{}}\n", "", least, largest,
                            kWidth - static_cast<int>(least.size()));
}

}  // namespace commsim
