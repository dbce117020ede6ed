#include "sim/workload/physics_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/quantity_text.hpp"

namespace commsim {
namespace physics_model {
namespace {

// The media of a topology that nothing was fitted to: those that no protocol speaks of, and PCIe
// where it is more than the way to a NIC.
std::vector<std::string> silent_media(const Physics& physics, const Topology& topology) {
  const auto& media = topology.media();
  const bool only_to_nics = std::ranges::find(media, "network") != media.end() && media.size() > 2;
  std::vector<std::string> silent;
  for (const std::string& medium : media) {
    const LinkPhysics* link = physics.links(0, medium);
    const bool counted_elsewhere = link != nullptr && link->latency.value == 0;
    if (link == nullptr || (counted_elsewhere && !only_to_nics)) silent.push_back(medium);
  }
  return silent;
}

}  // namespace
}  // namespace physics_model

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
  result.warnings.push_back(fmt::format(
      "simulated with the physics of the profile '{}': no time of this was measured", profile_));
  for (const std::string& medium : physics_model::silent_media(*physics_, run.cluster->topology)) {
    result.warnings.push_back(
        fmt::format("the physics of the profile '{}' says nothing of {} links, which stay ideal",
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
