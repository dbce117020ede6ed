#include "sim/workload/step/step_sensitivity.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "topology/changed_links.hpp"

namespace commsim {

namespace {

constexpr double kTenthMore = 1.1;
constexpr std::int64_t kParts = 10;

Duration time_with(const TrainingJob& job, const Gpu& gpu) {
  GroupPrices prices;
  TrainingJob changed = job;
  changed.roofline.gpu = &gpu;
  return run_training(changed, prices).time;
}

Duration time_on(const TrainingJob& job, Topology topology) {
  const Cluster cluster = make_cluster(std::move(topology));
  GroupPrices prices;
  TrainingJob changed = job;
  changed.network.cluster = &cluster;
  return run_training(changed, prices).time;
}

}  // namespace

std::vector<Alternative> better_parts(const TrainingJob& job) {
  std::vector<Alternative> alternatives;
  Gpu faster = *job.roofline.gpu;
  for (double& peak : faster.peak) peak *= kTenthMore;
  alternatives.push_back({.change = "products of the GPU + 10 %", .time = time_with(job, faster)});
  Gpu wider = *job.roofline.gpu;
  wider.memory_bandwidth =
      Bandwidth::bits_per_second(wider.memory_bandwidth.bits_per_second() / kParts * (kParts + 1));
  alternatives.push_back(
      {.change = "memory bandwidth of the GPU + 10 %", .time = time_with(job, wider)});
  const Topology& topology = job.network.cluster->topology;
  for (const std::string& name : topology.media()) {
    const auto with = [&](void (*change)(LinkSpec&)) {
      return time_on(job,
                     with_changed_links(topology, [&](LinkSpec& spec, std::string_view medium) {
                       if (medium == name) change(spec);
                     }));
    };
    alternatives.push_back({.change = fmt::format("{}: bandwidth + 10 %", name),
                            .time = with([](LinkSpec& spec) {
                              const auto bits = spec.bandwidth.bits_per_second();
                              spec.bandwidth = Bandwidth::bits_per_second(
                                  bits + std::max<std::int64_t>(1, bits / kParts));
                            })});
    alternatives.push_back(
        {.change = fmt::format("{}: latency - 10 %", name),
         .time = with([](LinkSpec& spec) { spec.latency -= spec.latency / kParts; })});
  }
  std::ranges::stable_sort(alternatives, {}, &Alternative::time);
  return alternatives;
}

}  // namespace commsim
