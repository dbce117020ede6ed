#include "sim/scenario/point_reading.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/scenario/scenario.hpp"
#include "sim/scenario/topology_section.hpp"

namespace commsim {

void read_points(const ConfigDocument& document, ReadingContext& context,
                 const std::function<void(ConfigReader& root)>& read_point,
                 const std::function<void()>& at_end) {
  constexpr std::size_t kMostAfterAnError = 1000;
  std::size_t left = kMostPoints;
  do {
    ConfigReader root(document.root, "", context);
    if (left-- == 0) {
      root.error("", fmt::format("the sweep has more than {} points", kMostPoints));
      break;
    }
    read_point(root);
    if (!context.diagnostics.empty()) left = std::min(left, kMostAfterAnError);
  } while ((context.diagnostics.empty() || left > 0) && context.sweep.advance());
  if (at_end) at_end();
  context.report_unknown_keys();
  context.diagnostics.throw_if_any(document.sources);
}

std::string read_head(ConfigReader& root, const ConfigDocument& document) {
  read_version(root);
  root.refuse_sweep("name", "a scenario has one name");
  return root.text("name").value_or(document.sources.front());
}

}  // namespace commsim
