// All-to-all at once on a leaf-spine of two to one, where every flow shares links with thousands of
// others: the simulation alone, on one core. `shortest` spreads the destinations evenly over the
// spines, so that few rates differ; `ecmp` hashes flows, so that hardly any two links carry alike.
#include <benchmark/benchmark.h>

#include <string>

#include "collectives/algorithm.hpp"
#include "sim/network/network_model.hpp"
#include "tests/bench/child.hpp"
#include "tests/support/leaf_spine.hpp"

namespace commsim::bench {
namespace {

constexpr int kRanksPerLeaf = 32;
constexpr int kSpines = 16;

void all_to_all(benchmark::State& state, const char* policy) {
  const auto ranks = static_cast<int>(state.range(0));
  const Topology topology = leaf_spine(ranks / kRanksPerLeaf, kRanksPerLeaf, kSpines);
  const double messages = static_cast<double>(ranks) * (ranks - 1);
  CollectiveCall call{.kind = CollectiveKind::kAllToAll, .size = Bytes{ranks} * (64 << 10)};
  call.layout = RankLayout::flat(ranks);
  const auto program = find_algorithm(call.kind, "direct").make(call);
  const auto& model = Registry<NetworkModel>::get("fair_share", "network model");
  const auto& routing = Registry<RoutingPolicy>::get(policy, "routing policy");
  Cost cost;
  for (auto iteration : state) {
    static_cast<void>(iteration);
    cost = cost_of([&] {
      benchmark::DoNotOptimize(
          model.simulate({.topology = topology, .program = *program, .routing = routing}).time);
    });
    state.SetIterationTime(cost.seconds);
  }
  state.counters["messages"] = messages;
  state.counters["ns/message"] = cost.seconds * 1e9 / messages;
  state.counters["peak_MB"] = cost.peak_megabytes;
}

void at_scales(benchmark::internal::Benchmark* bench, int most) {
  for (int ranks = 64; ranks <= most; ranks *= 4) bench->Arg(ranks);
  bench->UseManualTime()->Unit(benchmark::kMillisecond);
}

BENCHMARK_CAPTURE(all_to_all, shortest, "shortest")->Apply([](auto* bench) {
  at_scales(bench, 4096);
});
BENCHMARK_CAPTURE(all_to_all, ecmp, "ecmp")->Apply([](auto* bench) { at_scales(bench, 256); });

}  // namespace
}  // namespace commsim::bench
