// Clusters, and runs of algorithms on them.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "core/random.hpp"
#include "sim/workload/collective_run.hpp"
#include "tests/support/algorithm_calls.hpp"
#include "tests/support/topology.hpp"

namespace commsim::clusters {

/// A run with default routing.
inline CollectiveRun run_of(const Cluster& cluster, const Algorithm& algorithm, CollectiveCall call,
                            std::string_view model) {
  call.kind = calls::kind_of(algorithm);
  if (call.kind == CollectiveKind::kBarrier) call.size = Bytes{0};
  CollectiveRun run;
  run.cluster = &cluster;
  run.algorithm = &algorithm;
  run.call = std::move(call);
  run.network = &Registry<NetworkModel>::get(model, "network model");
  run.routing = &Registry<RoutingPolicy>::get("shortest", "routing policy");
  return run;
}

/// The result, or nothing where the algorithm refuses the cluster.
inline std::optional<CollectiveResult> result_of(const CollectiveRun& run) {
  CollectiveCall call = run.call;
  call.layout = run.cluster->layout;
  if (calls::made(*run.algorithm, call) == nullptr) return std::nullopt;
  return run_collective(run);
}

/// A connected graph of GPUs, switches and hosts; every direction of every cable has a speed and a
/// latency of its own.
inline Topology random_graph(std::uint64_t seed) {
  Random random(seed);
  const auto devices = static_cast<DeviceId>(3 + random.below(14));
  TopologyBuilder builder;
  for (DeviceId d = 0; d < devices; ++d) {
    const std::uint64_t kind = d < 2 ? 0 : random.below(4);
    builder.add_device(kind < 2    ? DeviceKind::kGpu
                       : kind == 2 ? DeviceKind::kSwitch
                                   : DeviceKind::kHost,
                       "d" + std::to_string(d));
  }
  const auto cable = [&](DeviceId a, DeviceId b) {
    for (const auto& [from, to] : {std::pair(a, b), std::pair(b, a)}) {
      builder.add_link(from, to,
                       {.bandwidth = Bandwidth::bits_per_second(static_cast<std::int64_t>(
                            1'000'000'000 + random.below(400'000'000'000))),
                        .latency = Duration{static_cast<std::int64_t>(random.below(3'000'000))}});
    }
  };
  for (DeviceId d = 1; d < devices; ++d) cable(d, static_cast<DeviceId>(random.below(d)));
  for (DeviceId extra = 0; extra < devices / 2; ++extra) {
    const auto a = static_cast<DeviceId>(random.below(devices));
    const auto b = static_cast<DeviceId>(random.below(devices));
    if (a != b) cable(a, b);
  }
  return std::move(builder).seal();
}

}  // namespace commsim::clusters
