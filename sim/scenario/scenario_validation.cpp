#include "sim/scenario/scenario_validation.hpp"

#include <fmt/format.h>

#include <set>

#include "core/error.hpp"
#include "core/index.hpp"

namespace commsim {
namespace {

constexpr std::string_view kSize = "collective.size";

// Everything that the file varies, but the size.
std::string variant(const ScenarioPoint& point) {
  std::string text = point.algorithm;
  for (const auto& [path, value] : point.choices) {
    if (path != kSize && value != point.algorithm) text += fmt::format(", {} = {}", path, value);
  }
  if (text == network_name(point)) return text;
  return fmt::format("{}, {}", text, network_name(point));
}

// A topology without servers, where each rank stands alone, is as good as any number of them.
bool has_nodes(const ScenarioPoint& point, int nodes) {
  const std::size_t servers = point.run.cluster->layout.servers.size();
  return nodes == 0 || servers == index(nodes) ||
         servers == index(point.run.cluster->layout.ranks());
}

bool is_of(const ScenarioPoint& point, const MeasuredRun& run) {
  const bool kind =
      run.collective.empty() || collective(point.run.call.kind).name == run.collective;
  return kind && has_nodes(point, run.nodes) &&
         (run.ranks == 0 || run.ranks == point.run.cluster->topology.rank_count());
}

Validation validate_point(ScenarioPoint point, const MeasuredRun& run, std::string predictor) {
  Validation validation{.title = title_of(run), .predictor = std::move(predictor), .rows = {}};
  for (const Measurement& row : measurements_of(run)) {
    const std::int64_t element = point.run.call.element.count();
    point.run.call.size = Bytes{(row.size.count() + element - 1) / element * element};
    const SettledPoint done = settled(point);
    ValidationRow compared{
        .size = row.size, .measured = seconds(row.time), .predicted = seconds(done.result.time)};
    if (point.model != nullptr) compared.factor = point.model->factor(row.size);
    validation.rows.push_back(compared);
  }
  return validation;
}

}  // namespace

std::vector<Validation> validate_scenario(const ScenarioSet& set, const MeasuredRun& run) {
  std::vector<Validation> validations;
  std::set<std::string> seen;
  for (const ScenarioPoint& point : set.points) {
    if (!point.run.call.matrix.empty()) {
      throw RequestError("a scenario with a matrix has no size that could be varied");
    }
    std::string name = variant(point);
    if (!is_of(point, run) || !seen.insert(name).second) continue;
    validations.push_back(
        validate_point(point, run, fmt::format("the scenario '{}': {}", set.name, name)));
  }
  if (!validations.empty()) return validations;
  throw RequestError(
      fmt::format("the scenario '{}' has no point for {}: collective, ranks and nodes must be the "
                  "same; it has {} on {} ranks in {} servers",
                  set.name, title_of(run), collective(set.points.front().run.call.kind).name,
                  set.points.front().run.cluster->layout.ranks(),
                  set.points.front().run.cluster->layout.servers.size()));
}

}  // namespace commsim
