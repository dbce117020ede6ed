#include "sim/workload/physics_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/quantity_text.hpp"

namespace commsim {

PhysicsModel::PhysicsModel(const CollectiveRun& run, std::string profile, const Physics& physics)
    : profile_(std::move(profile)), physics_(&physics), runs_(run, physics) {}

std::string PhysicsModel::way_text(std::size_t way) const {
  const PhysicsWay& taken = runs_.ways()[way];
  return fmt::format("{} {}", taken.algorithm, physics_->protocols[taken.protocol].name);
}

CollectiveResult PhysicsModel::result(const CollectiveRun& run) const {
  CollectiveCall call = run.call;
  call.layout = run.cluster->layout;
  const PhysicsTime fastest = runs_.fastest(*physics_, call.size);
  const bool in_switch = physics_->protocols[runs_.ways()[fastest.way].protocol].in_switch;
  CollectiveResult result{.time = fastest.time,
                          .bound = lower_bound(*run.cluster, call, in_switch)};
  measure_rates(run, result);
  result.warnings.push_back(
      fmt::format("simulated with the physics of the profile '{}', not measured", profile_));
  for (const std::string& medium : unfitted_media(*physics_, run.cluster->topology)) {
    result.warnings.push_back(
        fmt::format("the physics of the profile '{}' was not fitted to links of the medium '{}': "
                    "what they add is not known",
                    profile_, medium));
  }
  return result;
}

std::string PhysicsModel::way(const CollectiveRun& run) const {
  return way_text(runs_.fastest(*physics_, run.call.size).way);
}

std::vector<std::string> PhysicsModel::explanation(const CollectiveRun& run) const {
  std::vector<std::pair<Duration, std::size_t>> times;
  for (std::size_t way = 0; way < runs_.ways().size(); ++way) {
    times.emplace_back(runs_.time(*physics_, run.call.size, way), way);
  }
  std::ranges::sort(times);
  std::vector<std::string> lines{
      fmt::format("by the physics of the profile '{}'", profile_),
      "ways of doing it, fastest first: to start, latencies of all steps, transfer"};
  for (const auto& [time, way] : times) {
    const Duration start = runs_.overhead(*physics_, run.call.size, way);
    const Duration latency = runs_.latency(*physics_, way);
    lines.push_back(fmt::format("{} {:<26} {:>9} = {} + {} + {}", lines.size() == 2 ? ">" : " ",
                                way_text(way), to_text(time), to_text(start), to_text(latency),
                                to_text(time - start - latency)));
  }
  return lines;
}

}  // namespace commsim
