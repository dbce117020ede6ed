// Does every symmetric kind of fabric fold at every size where it is said to, and to the same
// result?
#include <fmt/format.h>

#include "tests/support/folding.hpp"

namespace commsim::folding_sizes_test {
namespace {

using Schedule = std::pair<CollectiveKind, std::string_view>;

constexpr Schedule kRing{CollectiveKind::kAllReduce, "ring"};
constexpr Schedule kTorus{CollectiveKind::kAllReduce, "torus"};
constexpr Schedule kDirect{CollectiveKind::kAllGather, "direct"};
constexpr Schedule kTwoShot{CollectiveKind::kAllReduce, "two_shot"};
constexpr Schedule kHierarchical{CollectiveKind::kAllReduce, "hierarchical"};
constexpr Schedule kDoubling{CollectiveKind::kAllGather, "recursive_doubling"};

ConfigNode cable() { return config::map({{"bandwidth", "50 GB/s"}, {"latency", "1 us"}}); }

bool is_small(const Cluster& cluster) { return cluster.topology.rank_count() <= 128; }

// Simulates every rank, and one of all alike, for which there have to be such.
void expect_folded(const Cluster& cluster, Schedule schedule, std::string_view routing,
                   std::initializer_list<std::string_view> models) {
  // Whatever the schedule cuts the data into, parts are equal.
  constexpr std::int64_t kOfRank = 3 << 13;
  const Bytes size{cluster.topology.rank_count() * kOfRank};
  const auto program = folding::made(cluster, schedule.first, schedule.second, size);
  ASSERT_NE(program, nullptr);
  const RoutingPolicy& policy = folding::routing_named(routing);
  ASSERT_TRUE(may_fold(cluster.topology, *program, policy, 1));
  const Fold* fold = cluster.folds->find(cluster.topology, *program);
  ASSERT_NE(fold, nullptr);
  const RoutingPolicy strict = without_choice(policy);
  for (const std::string_view model : models) {
    SCOPED_TRACE(model);
    SimulationInput input = folding::input_of(cluster, *program, strict);
    input.fold = fold;
    const SimulationOutcome folded = folding::simulated(model, input);
    EXPECT_LT(folded.classes, cluster.topology.rank_count());
    SimulationInput whole = folding::input_of(cluster, *program, policy);
    folding::expect_same(folded, folding::simulated(model, whole));
    whole.method = Method::kEvents;
    // Fluid rates of split messages are rounded at every end of a flow.
    const bool exact = !policy.spreads || model == "alpha_beta";
    if (exact && is_small(cluster)) folding::expect_same(folded, folding::simulated(model, whole));
  }
}

struct System {
  std::string name;
  std::string_view kind;
  ConfigNode section;
  std::string_view routing = "shortest";
};

// Schedules that take few messages at that size.
void expect_folded(const System& system, std::initializer_list<Schedule> cheap,
                   std::initializer_list<Schedule> costly) {
  SCOPED_TRACE(system.name);
  const Cluster cluster = make_cluster(topology_of(system.kind, system.section));
  for (const Schedule& schedule : cheap) {
    SCOPED_TRACE(schedule.second);
    expect_folded(cluster, schedule, system.routing, {"alpha_beta", "fair_share"});
  }
  if (!is_small(cluster)) return;
  for (const Schedule& schedule : costly) {
    SCOPED_TRACE(schedule.second);
    expect_folded(cluster, schedule, system.routing, {"alpha_beta", "fair_share"});
  }
}

System flat(std::string_view kind, int ranks) {
  return {.name = fmt::format("{} of {}", kind, ranks),
          .kind = kind,
          .section = config::map({{"ranks", std::to_string(ranks)}, {"link", cable()}})};
}

System grid(const std::vector<std::string>& sides) {
  std::vector<config::Value> list(sides.begin(), sides.end());
  return {.name = fmt::format("torus of {} sides of {}", sides.size(), sides.front()),
          .kind = "torus",
          .section = config::map({{"sides", config::list(list)}, {"link", cable()}})};
}

System servers(int count, const std::string& fabric, std::string_view routing = "shortest") {
  return {.name = fmt::format("{} servers on {}", count, fabric),
          .kind = "server_cluster",
          .section = config::map(
              {{"servers", std::to_string(count)}, {"preset", "dgx_h100"}, {"fabric", fabric}}),
          .routing = routing};
}

System servers_on_leaves(int leaves, const std::string& fabric) {
  return {.name = fmt::format("{} leaves of {}", leaves, fabric),
          .kind = "server_cluster",
          .section = config::map({{"servers", std::to_string(4 * leaves)},
                                  {"preset", "dgx_h100"},
                                  {"fabric", fabric},
                                  {"servers_per_leaf", "4"},
                                  {"spines", "4"}}),
          .routing = "spray"};
}

TEST(FoldingAtEverySize, OnASwitch) {
  for (const int ranks : {2, 3, 4, 7, 8, 12, 31, 64, 100, 256, 1000, 2048}) {
    expect_folded(flat("switch", ranks), {kRing}, {kDirect, kTwoShot});
  }
}

TEST(FoldingAtEverySize, OnARing) {
  for (const int ranks : {2, 3, 5, 8, 30, 64, 127, 512, 1000, 2048}) {
    expect_folded(flat("ring", ranks), {kRing}, {});
  }
}

TEST(FoldingAtEverySize, OnAFullMesh) {
  for (const int ranks : {2, 3, 6, 8, 17, 64, 100, 300}) {
    expect_folded(flat("fully_connected", ranks), {kRing}, {kDirect, kTwoShot});
  }
}

TEST(FoldingAtEverySize, OnATorus) {
  for (const auto& sides : std::vector<std::vector<std::string>>{
           {"2", "2"}, {"3", "3"}, {"4", "4", "4"}, {"5", "7"}, {"16", "16"}, {"32", "64"}}) {
    expect_folded(grid(sides), {kTorus}, {});
  }
}

TEST(FoldingAtEverySize, OnAHypercube) {
  for (int dimensions = 1; dimensions <= 11; ++dimensions) {
    expect_folded(
        {.name = fmt::format("hypercube of {}", dimensions),
         .kind = "hypercube",
         .section = config::map({{"dimensions", std::to_string(dimensions)}, {"link", cable()}})},
        {kDoubling}, {});
  }
}

TEST(FoldingAtEverySize, OfServers) {
  for (const int count : {2, 3, 5, 16, 31, 64, 100, 256}) {
    expect_folded(servers(count, "single_switch"), {kHierarchical}, {});
    expect_folded(servers(count, "rail_optimised", "spray"), {kHierarchical}, {});
    expect_folded(servers(count, "rail_only", "spray"), {kHierarchical}, {});
  }
}

// Rings pass every other server backwards.
TEST(FoldingAtEverySize, OfRingsThroughAnEvenNumberOfServers) {
  for (const int count : {4, 6, 16}) expect_folded(servers(count, "single_switch"), {kRing}, {});
}

TEST(FoldingAtEverySize, OfServersOnLeaves) {
  for (const int leaves : {2, 3, 16, 25, 64}) {
    for (const char* fabric : {"leaf_spine", "rail_optimised_clos"}) {
      expect_folded(servers_on_leaves(leaves, fabric), {kHierarchical}, {});
    }
  }
}

// As many groups as global ports allow, and no port free.
TEST(FoldingAtEverySize, OfServersOnADragonfly) {
  for (const int global : {1, 2, 3}) {
    const int groups = 4 * global + 1;
    expect_folded({.name = fmt::format("dragonfly of {} groups", groups),
                   .kind = "server_cluster",
                   .section = config::map({{"servers", std::to_string(4 * groups)},
                                           {"preset", "dgx_h100"},
                                           {"fabric", "dragonfly"},
                                           {"routers_per_group", "4"},
                                           {"ports_per_router", "8"},
                                           {"global_links_per_router", std::to_string(global)}}),
                   .routing = "spray"},
                  {kHierarchical}, {});
  }
}

}  // namespace
}  // namespace commsim::folding_sizes_test
