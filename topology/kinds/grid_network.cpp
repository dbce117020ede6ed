#include "topology/kinds/grid_network.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/quantity_text.hpp"

namespace commsim {
namespace {

constexpr auto kMostRanks = static_cast<std::int64_t>(TopologyBuilder::kMostRanks);
constexpr std::size_t kMostDimensions = 20;  // 2^20 ranks

std::int64_t parse_side(const ConfigNode& item) {
  if (item.kind != ConfigNode::Kind::kScalar) {
    throw RequestError("expected the length of a side, a whole number");
  }
  const std::int64_t side = parse_whole(item.scalar);
  if (side < 1 || side > kMostRanks) {
    throw RequestError(fmt::format("{} is out of range; legal: 1 to {}", side, kMostRanks));
  }
  return side;
}

// Along a side of `side` cells.
std::int64_t cables_of(std::int64_t side, bool wraps) {
  return wraps && side > 2 ? side : side - 1;
}

}  // namespace

std::optional<std::vector<std::int32_t>> read_sides(ConfigReader& section) {
  constexpr std::string_view kKey = "sides";
  const ConfigNode* list = section.raw(kKey);
  if (list == nullptr) {
    section.missing(kKey);
    return std::nullopt;
  }
  if (list->kind != ConfigNode::Kind::kSequence || list->items.empty() ||
      list->items.size() > kMostDimensions) {
    section.error_at(
        *list, kKey,
        fmt::format("expected a list of 1 to {} sides, such as [4, 4, 4]", kMostDimensions));
    return std::nullopt;
  }
  std::vector<std::int32_t> sides;
  std::int64_t cells = 1;
  for (const ConfigNode& item : list->items) {
    try {
      const std::int64_t side = parse_side(item);
      sides.push_back(static_cast<std::int32_t>(side));
      cells = cells > kMostRanks ? cells : cells * side;
    } catch (const RequestError& refusal) {
      section.error_at(item, kKey, refusal.what());
    }
  }
  if (sides.size() != list->items.size()) return std::nullopt;
  if (cells > kMostRanks) {
    section.error_at(
        *list, kKey,
        fmt::format("the product of the sides is too large; legal: up to {} ranks", kMostRanks));
    return std::nullopt;
  }
  return sides;
}

Topology build_grid(Grid grid, LinkSpec cable) {
  std::int64_t cells = 1;
  for (const std::int64_t side : grid.sides) cells *= side;
  std::int64_t cables = 0;
  for (const std::int64_t side : grid.sides) cables += cells / side * cables_of(side, grid.wraps);

  TopologyBuilder builder;
  builder.reserve({.ranks = cells, .devices = cells, .links = 2 * cables});
  for (std::int64_t cell = 0; cell < cells; ++cell) {
    builder.add_device(DeviceKind::kGpu, fmt::format("gpu{}", cell));
  }
  for (std::int64_t cell = 0; cell < cells; ++cell) {
    std::int64_t row = cells;  // cells that share the coordinates before this dimension
    for (const std::int64_t side : grid.sides) {
      const std::int64_t step = row / side;
      const std::int64_t place = cell % row / step;
      if (place < cables_of(side, grid.wraps)) {
        const std::int64_t next = cell + ((place + 1) % side - place) * step;
        builder.add_cable(static_cast<DeviceId>(cell), static_cast<DeviceId>(next), cable);
      }
      row = step;
    }
  }
  builder.set_grid(std::move(grid));
  return std::move(builder).seal();
}

}  // namespace commsim
