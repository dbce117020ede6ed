// A sweep from its YAML text to the last line of its CSV: 10,000 points (algorithm x size x
// latency) on 64 GPUs, on all cores.
#include <benchmark/benchmark.h>

#include <sstream>
#include <string>

#include "sim/report/report.hpp"
#include "sim/scenario/sweep_runner.hpp"
#include "sim/scenario/yaml_document.hpp"
#include "tests/bench/child.hpp"

namespace commsim::sweep_bench {
namespace {

constexpr int kSizes = 40;
constexpr int kLatencies = 50;
constexpr int kAlgorithms = 5;
constexpr int kPoints = kSizes * kLatencies * kAlgorithms;

template <typename Item>
std::string list(int count, Item item) {
  std::string text = "[";
  for (int i = 0; i < count; ++i) text += (i > 0 ? ", " : "") + item(i);
  return text + "]";
}

std::string latencies() {
  return list(kLatencies, [](int i) { return std::to_string(100 + 20 * i) + " ns"; });
}

// 1 KiB, 1.5 KiB, 2 KiB, 3 KiB and so on.
std::string sizes() {
  return list(kSizes, [](int i) {
    const std::int64_t power = std::int64_t{1024} << (i / 2);
    return std::to_string(i % 2 == 0 ? power : power / 2 * 3) + " B";
  });
}

std::string sweep(const std::string& topology, const std::string& algorithms) {
  return "version: 1\ntopology: " + topology +
         "\ncollective:\n  kind: all_reduce\n  algorithm: " + algorithms + "\n  size: " + sizes() +
         "\n";
}

std::string one_switch() {
  return sweep(
      "{kind: switch, ranks: 64, link: {bandwidth: 50 GB/s, latency: " + latencies() + "}}",
      "[ring, recursive_doubling, halving_doubling, binomial_tree, one_shot]");
}

std::string eight_servers() {
  return sweep(
      "{kind: server_cluster, servers: 8, preset: dgx_h100, nic: {bandwidth: 400 Gb/s, "
      "latency: " +
          latencies() + "}}",
      "[ring, recursive_doubling, halving_doubling, hierarchical, one_shot]");
}

void run(const std::string& yaml) {
  std::ostringstream out;
  const auto report = csv_report(out);
  const ScenarioSet set = read_scenarios(read_yaml_text(yaml, "sweep.yaml"));
  report->begin(set);
  SweepRunner{}.run(set, [&](const ScenarioPoint& point, const CollectiveResult& result) {
    report->row(point, result);
  });
  report->end();
  benchmark::DoNotOptimize(out.str().size());
}

void ten_thousand(benchmark::State& state, const std::string& yaml) {
  bench::Cost cost;
  for (auto iteration : state) {
    static_cast<void>(iteration);
    cost = bench::cost_of([&] { run(yaml); });
    state.SetIterationTime(cost.seconds);
  }
  state.counters["points/s"] = benchmark::Counter(static_cast<double>(kPoints * state.iterations()),
                                                  benchmark::Counter::kIsRate);
  state.counters["peak_MB"] = cost.peak_megabytes;
}

BENCHMARK_CAPTURE(ten_thousand, one_switch, one_switch())
    ->UseManualTime()
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(ten_thousand, eight_dgx_h100, eight_servers())
    ->UseManualTime()
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace commsim::sweep_bench
