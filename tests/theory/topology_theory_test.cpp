// What theory says of algorithms on topologies, on the whole path from a scenario to a result.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sim/scenario/scenario.hpp"
#include "sim/scenario/yaml_document.hpp"

namespace commsim::topology_theory_test {
namespace {

CollectiveResult result_of(const std::string& topology, const std::string& collective,
                           const std::string& network = "{model: fair_share}") {
  const ScenarioSet set = read_scenarios(read_yaml_text(fmt::format("version: 1\n"
                                                                    "topology: {}\n"
                                                                    "network: {}\n"
                                                                    "collective: {}\n",
                                                                    topology, network, collective),
                                                        "test"));
  return run_collective(set.points.front().run);
}

std::string all_reduce(const std::string& algorithm, const std::string& size) {
  return fmt::format("{{kind: all_reduce, algorithm: {}, size: {}}}", algorithm, size);
}

const std::string kTorus =
    "{kind: torus, sides: [4, 4], link: {bandwidth: 25 GB/s, latency: 1 us}}";

// With r rings, in one dimension 2 (p-1) (D + S b / (r p)), in two 2 (2 (k-1) D + (1 - 1/p) S b /
// r) with p = k^2: the same bytes, and 30 latencies against 12.
TEST(TopologyTheory, TwoDimensionalRingsBeatOneDimensionalOnesOnATorus) {
  for (const int rings : {1, 2, 4}) {
    for (const char* size : {"1 B", "1 KiB", "1 MiB", "64 MiB", "1 GiB"}) {
      const auto one =
          result_of(kTorus, all_reduce(fmt::format("ring, channels: {}", rings), size));
      const auto two =
          result_of(kTorus, all_reduce(fmt::format("torus, channels: {}", rings), size));
      EXPECT_LT(two.time, one.time) << rings << " rings, " << size;
    }
  }
}

// One ring each on links that nothing else uses: both formulas, exactly.
TEST(TopologyTheory, RingsOnATorusTakeWhatTheirFormulasSay) {
  const Bytes size = 16_MiB;
  const Bandwidth rate = 25_GBps;
  const auto one = result_of(kTorus, all_reduce("ring, channels: 1", "16 MiB"));
  EXPECT_EQ(one.time, 30 * (1_usec + Bytes{size.count() / 16} / rate));
  const auto two = result_of(kTorus, all_reduce("torus, channels: 1", "16 MiB"));
  EXPECT_EQ(two.time, 6 * (1_usec + Bytes{size.count() / 4} / rate) +
                          6 * (1_usec + Bytes{size.count() / 16} / rate));
}

// Eight rails carry S / 8 each, twice, while NVLink works on other pieces; a plain ring of sixteen
// leaves each server on one rail.
TEST(TopologyTheory, AHierarchyInPiecesComesNearTheBoundOfTwoServersWithEightRails) {
  const std::string servers = "{kind: server_cluster, servers: 2, preset: dgx_a100}";
  const auto plain = result_of(servers, all_reduce("ring, order: plain, channels: 1", "4 GiB"));
  for (const char* chunk : {"64 MiB", "32 MiB"}) {
    const auto pieces =
        result_of(servers, all_reduce(fmt::format("hierarchical, chunk: {}", chunk), "4 GiB"));
    EXPECT_LT(pieces.time, plain.time);
    EXPECT_LE(static_cast<double>(pieces.time.count()),
              1.05 * static_cast<double>(pieces.bound.time.count()))
        << chunk;
  }
}

// S (1 + 1/p) leave and enter each rank: busbw = 2 (p-1)/p / (1 + 1/p) B = 2 (p-1)/(p+1) B.
TEST(TopologyTheory, ASwitchThatReducesApproachesItsBusBandwidth) {
  const std::string server = "{kind: server_cluster, servers: 1, preset: dgx_h100}";
  const auto nvls = result_of(server, all_reduce("nvls", "4 GiB"));
  const double limit = 2.0 * 7 / 9 * 450e9;
  EXPECT_LE(nvls.busbw, limit);
  EXPECT_GE(nvls.busbw, 0.98 * limit);
}

// 2 lg p latencies against 2 (p - 1).
TEST(TopologyTheory, TreesBeatRingsForEightBytesOnSixtyFourRanks) {
  for (const char* topology :
       {"{kind: switch, ranks: 64, link: {bandwidth: 50 GB/s, latency: 1 us}}",
        "{kind: server_cluster, servers: 8, preset: dgx_h100, fabric: rail_optimised}",
        "{kind: torus, sides: [8, 8], link: {bandwidth: 50 GB/s, latency: 1 us}}"}) {
    const auto ring = result_of(topology, all_reduce("ring", "8 B"));
    for (const char* tree : {"binomial_tree", "double_binary_tree"}) {
      EXPECT_LT(result_of(topology, all_reduce(tree, "8 B")).time, ring.time) << topology << tree;
    }
  }
}

}  // namespace
}  // namespace commsim::topology_theory_test
