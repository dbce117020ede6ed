#include "sim/workload/step/step_sensitivity.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <utility>

namespace commsim {

namespace {

constexpr double kTenthMore = 1.1;
constexpr std::int64_t kParts = 10;

// With every type of GPU changed.
Duration time_with(const TrainingJob& job, const std::function<void(Gpu&)>& change) {
  std::deque<Gpu> gpus;
  TrainingJob changed = job;
  changed.gpus.change([&](Roofline& type) {
    change(gpus.emplace_back(*type.gpu));
    type.gpu = &gpus.back();
  });
  GroupPrices prices;
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
  alternatives.push_back(
      {.change = "products of the GPU + 10 %", .time = time_with(job, [](Gpu& gpu) {
                                                 for (double& peak : gpu.peak) peak *= kTenthMore;
                                               })});
  alternatives.push_back({.change = "memory bandwidth of the GPU + 10 %",
                          .time = time_with(job, [](Gpu& gpu) {
                            gpu.memory_bandwidth = Bandwidth::bits_per_second(
                                gpu.memory_bandwidth.bits_per_second() / kParts * (kParts + 1));
                          })});
  for (Alternative& links : better_links(job.network.cluster->topology, [&](Topology topology) {
         return time_on(job, std::move(topology));
       })) {
    alternatives.push_back(std::move(links));
  }
  std::ranges::stable_sort(alternatives, {}, &Alternative::time);
  return alternatives;
}

}  // namespace commsim
