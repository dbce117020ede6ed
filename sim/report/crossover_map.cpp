#include "sim/report/crossover_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <tuple>

#include "core/error.hpp"

namespace commsim {
namespace {

constexpr std::string_view kSection = "collective.";
constexpr std::string_view kNcclSection = "nccl.";
constexpr std::string_view kSize = "collective.size";
constexpr std::string_view kAlgorithm = "collective.algorithm";
// Keys of the section that say what is to be done; the others say how, and make candidates.
constexpr std::array<std::string_view, 4> kTask{"collective.kind", "collective.dtype",
                                                "collective.root", "collective.pattern"};

bool is_means(std::string_view path) {
  if (path.starts_with(kNcclSection)) return true;
  return path.starts_with(kSection) && path != kSize && path != kAlgorithm &&
         std::ranges::count(kTask, path) == 0;
}

std::string candidate_name(const ScenarioPoint& point) {
  std::string name = point.algorithm;
  for (const auto& [path, value] : point.choices) {
    if (is_means(path)) name += fmt::format(" {}={}", path.substr(path.find('.') + 1), value);
  }
  return name;
}

// The key path of the axis beside size and candidates.
std::string other_axis(const ScenarioSet& set) {
  std::string axis;
  bool sized = false;
  for (const ScenarioPoint& point : set.points) {
    for (const auto& [path, value] : point.choices) {
      sized |= path == kSize;
      if (path == kSize || path == kAlgorithm || is_means(path) || path == axis) continue;
      if (!axis.empty()) {
        throw RequestError(
            fmt::format("crossover maps sizes against one other list, and the file has '{}' and "
                        "'{}'; fix one with --set",
                        axis, path));
      }
      axis = path;
    }
  }
  if (!sized) {
    throw RequestError(
        "crossover needs a list of sizes, such as --set 'collective.size=[1 KiB, 1 MiB, 1 GiB]'");
  }
  return axis;
}

void refuse_nothing_to_compare(const ScenarioSet& set) {
  std::set<std::string> names;
  for (const ScenarioPoint& point : set.points) {
    if (point.candidates != nullptr) {
      throw RequestError("crossover compares all that 'auto' would try; write it by itself");
    }
    names.insert(candidate_name(point));
  }
  if (names.size() > 1 || set.points.front().requested == "all") return;
  throw RequestError(fmt::format(
      "there is only '{}' to choose from; write 'algorithm: all', or a list", *names.begin()));
}

const CrossoverCandidate* find(const CrossoverCell& cell, const std::string& name) {
  const auto place = std::ranges::find(cell.candidates, name, &CrossoverCandidate::name);
  return place == cell.candidates.end() ? nullptr : &*place;
}

// A size and who wins it.
struct Win {
  const CrossoverCell* cell;
  const CrossoverCandidate* winner;
};

// How far from one size to the next, 0 to 1 on a logarithmic scale, the second winner takes over.
double crossing(const Win& before, const Win& after) {
  constexpr double kHalfway = 0.5;
  const auto* late = find(*before.cell, after.winner->name);
  const auto* early = find(*after.cell, before.winner->name);
  const bool timed = before.winner->time > Duration{0} && after.winner->time > Duration{0};
  if (late == nullptr || early == nullptr || !timed) return kHalfway;
  const double ahead = std::log(seconds(late->time) / seconds(before.winner->time));
  const double behind = std::log(seconds(early->time) / seconds(after.winner->time));
  return ahead + behind > 0 ? ahead / (ahead + behind) : kHalfway;
}

// The last size of the first winner.
Bytes last_size(const Win& before, const Win& after) {
  const double low = std::log(std::max(1.0, static_cast<double>(before.cell->size.count())));
  const double high = std::log(static_cast<double>(after.cell->size.count()));
  const double at = std::exp(low + (high - low) * crossing(before, after));
  return std::clamp(Bytes{std::llround(at)}, before.cell->size, after.cell->size - Bytes{1});
}

// The fastest; of equals the one that won before.
const CrossoverCandidate& winner_of(const CrossoverCell& cell, const std::string& before) {
  const CrossoverCandidate& best = cell.candidates.front();
  const auto* same = find(cell, before);
  return same != nullptr && same->time == best.time ? *same : best;
}

}  // namespace

CrossoverMap::CrossoverMap(const ScenarioSet& set) : axis_(other_axis(set)) {
  refuse_nothing_to_compare(set);
  for (const ScenarioPoint& point : set.points) {
    CrossoverCell& cell = column_of(point).cells[point.run.call.size];
    cell.size = point.run.call.size;
    ++cell.points;
  }
}

CrossoverColumn& CrossoverMap::column_of(const ScenarioPoint& point) {
  const auto choice =
      std::ranges::find(point.choices, axis_, &std::pair<std::string, std::string>::first);
  const std::string value = choice == point.choices.end() ? "" : choice->second;
  const auto place = std::ranges::find(columns_, value, &CrossoverColumn::value);
  if (place != columns_.end()) return *place;
  return columns_.emplace_back(
      CrossoverColumn{.value = value,
                      .kind = point.run.call.kind,
                      .ranks = point.run.cluster->topology.rank_count(),
                      .servers = point.run.cluster->layout.servers.size()});
}

CrossoverMap::Completed CrossoverMap::add(const ScenarioPoint& point, Duration time) {
  CrossoverColumn& column = column_of(point);
  CrossoverCell& cell = column.cells.at(point.run.call.size);
  cell.candidates.push_back(
      {.name = candidate_name(point), .algorithm = point.algorithm, .time = time});
  if (!cell.complete()) return {};
  std::ranges::sort(cell.candidates, [](const auto& a, const auto& b) {
    return std::tie(a.time, a.name) < std::tie(b.time, b.name);
  });
  return {.column = &column, .cell = &cell};
}

std::vector<CrossoverRange> ranges(const CrossoverColumn& column) {
  std::vector<CrossoverRange> found;
  Win before{};
  for (const auto& [size, cell] : column.cells) {
    if (!cell.complete()) continue;
    const Win now{&cell, &winner_of(cell, found.empty() ? "" : found.back().name)};
    if (found.empty()) {
      found.push_back({.from = size, .name = now.winner->name, .algorithm = now.winner->algorithm});
    } else if (found.back().name != now.winner->name) {
      found.back().to = last_size(before, now);
      found.push_back({.from = found.back().to + Bytes{1},
                       .name = now.winner->name,
                       .algorithm = now.winner->algorithm});
    }
    found.back().to = size;
    before = now;
  }
  return found;
}

}  // namespace commsim
