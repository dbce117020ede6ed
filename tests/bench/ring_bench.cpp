// Ring all-reduce of 64 MiB over one switch on one core, every rank: from building the topology to
// the audited result; and the simulation alone, directly and event by event, where rings in lock
// step would do.
#include <benchmark/benchmark.h>

#include <string>

#include "core/error.hpp"
#include "sim/workload/collective_run.hpp"
#include "tests/bench/child.hpp"

namespace commsim::bench {
namespace {

Topology one_switch(Rank ranks) {
  TopologyBuilder builder;
  for (Rank r = 0; r < ranks; ++r) builder.add_device(DeviceKind::kGpu, "gpu" + std::to_string(r));
  const DeviceId hub = builder.add_device(DeviceKind::kSwitch, "sw0");
  for (DeviceId r = 0; r < static_cast<DeviceId>(ranks); ++r) {
    builder.add_cable(r, hub, {.bandwidth = 50_GBps, .latency = 1_usec});
  }
  return std::move(builder).seal();
}

void simulate_ring(const char* model, Rank ranks) {
  const Cluster cluster = make_cluster(one_switch(ranks));
  const CollectiveRun run{.cluster = &cluster,
                          .algorithm = &find_algorithm(CollectiveKind::kAllReduce, "ring"),
                          .network = &Registry<NetworkModel>::get(model, "network model"),
                          .routing = &Registry<RoutingPolicy>::get("shortest", "routing policy"),
                          .call = {.kind = CollectiveKind::kAllReduce, .size = 64_MiB},
                          .fold = false};
  benchmark::DoNotOptimize(run_collective(run).time);
}

void simulate_by(Method method, const char* model, Rank ranks) {
  const Topology topology = one_switch(ranks);
  const CollectiveCall call{
      .kind = CollectiveKind::kAllReduce, .size = 64_MiB, .layout = RankLayout::flat(ranks)};
  const auto program = find_algorithm(call.kind, "ring").make(call);
  const auto& network = Registry<NetworkModel>::get(model, "network model");
  const SimulationInput input{.topology = topology,
                              .program = *program,
                              .routing = Registry<RoutingPolicy>::get("shortest", "routing policy"),
                              .watch = Watch::kLinks,
                              .method = method};
  benchmark::DoNotOptimize(network.simulate(input).time);
}

template <typename Work>
void report(benchmark::State& state, Rank ranks, Work work) {
  const double messages = 2.0 * ranks * (ranks - 1);
  Cost cost;
  for (auto iteration : state) {
    static_cast<void>(iteration);
    cost = cost_of(work);
    state.SetIterationTime(cost.seconds);
  }
  state.counters["messages"] = messages;
  state.counters["messages/s"] = benchmark::Counter(
      messages * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
  state.counters["peak_MB"] = cost.peak_megabytes;
}

void commsim_ring(benchmark::State& state, const char* model) {
  const auto ranks = static_cast<Rank>(state.range(0));
  report(state, ranks, [&] { simulate_ring(model, ranks); });
}

void commsim_events(benchmark::State& state, const char* model) {
  const auto ranks = static_cast<Rank>(state.range(0));
  report(state, ranks, [&] { simulate_by(Method::kEvents, model, ranks); });
}

void commsim_direct(benchmark::State& state, const char* model) {
  const auto ranks = static_cast<Rank>(state.range(0));
  report(state, ranks, [&] { simulate_by(Method::kDirect, model, ranks); });
}

void at_scales(benchmark::internal::Benchmark* bench) {
  bench->Arg(64)->Arg(256)->Arg(1024)->Arg(4096)->UseManualTime()->Unit(benchmark::kMillisecond);
}

BENCHMARK_CAPTURE(commsim_ring, alpha_beta, "alpha_beta")->Apply(at_scales);
BENCHMARK_CAPTURE(commsim_ring, link_fifo, "link_fifo")->Apply(at_scales);
BENCHMARK_CAPTURE(commsim_ring, fair_share, "fair_share")->Apply(at_scales);

BENCHMARK_CAPTURE(commsim_direct, alpha_beta, "alpha_beta")->Apply(at_scales);
BENCHMARK_CAPTURE(commsim_direct, link_fifo, "link_fifo")->Apply(at_scales);
BENCHMARK_CAPTURE(commsim_direct, fair_share, "fair_share")->Apply(at_scales);

BENCHMARK_CAPTURE(commsim_events, alpha_beta, "alpha_beta")->Apply(at_scales);
BENCHMARK_CAPTURE(commsim_events, link_fifo, "link_fifo")->Apply(at_scales);
BENCHMARK_CAPTURE(commsim_events, fair_share, "fair_share")->Apply(at_scales);

}  // namespace
}  // namespace commsim::bench
