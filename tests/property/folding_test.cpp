// Is a simulation in which ranks stand for others, or that has no queue of events, the same as one
// of every rank and every event, to the picosecond and the byte?
#include "tests/support/folding.hpp"

#include "tests/support/simulation.hpp"

namespace commsim::folding_test {
namespace {

using folding::expect_same;
using folding::input_of;
using folding::made;

struct System {
  std::string name;
  Topology topology;
  std::string_view routing = "shortest";
};

ConfigNode cable() { return config::map({{"bandwidth", "50 GB/s"}, {"latency", "1 us"}}); }

ConfigNode servers(const std::string& count, const std::string& fabric) {
  return config::map({{"servers", count}, {"preset", "dgx_h100"}, {"fabric", fabric}});
}

ConfigNode on_leaves(const std::string& count) {
  return config::map({{"servers", count},
                      {"preset", "dgx_h100"},
                      {"fabric", "leaf_spine"},
                      {"servers_per_leaf", "2"},
                      {"spines", "3"}});
}

std::vector<System> symmetric_systems() {
  std::vector<System> all;
  const auto add = [&](std::string name, std::string_view kind, const ConfigNode& section,
                       std::string_view routing = "shortest") {
    all.push_back({std::move(name), topology_of(kind, section), routing});
  };
  for (const char* ranks : {"8", "12", "64"}) {
    const ConfigNode section = config::map({{"ranks", ranks}, {"link", cable()}});
    for (const char* kind : {"switch", "ring", "fully_connected"}) {
      add(std::string(kind) + " of " + ranks, kind, section);
    }
  }
  add("torus", "torus", config::map({{"sides", config::list({"4", "4"})}, {"link", cable()}}));
  add("hypercube", "hypercube", config::map({{"dimensions", "4"}, {"link", cable()}}));
  add("servers on one switch", "server_cluster", servers("4", "single_switch"));
  add("servers on rails", "server_cluster", servers("8", "rail_optimised"));
  add("servers on leaf and spine", "server_cluster", on_leaves("8"), "spray");
  return all;
}

std::vector<std::pair<CollectiveKind, std::string_view>> schedules() {
  using enum CollectiveKind;
  return {{kAllReduce, "ring"},
          {kAllReduce, "hierarchical"},
          {kAllReduce, "torus"},
          {kAllReduce, "two_shot"},
          {kAllReduce, "one_shot"},
          {kAllGather, "ring"},
          {kAllGather, "direct"},
          {kReduceScatter, "direct"},
          {kReduceScatter, "ring"},
          {kAllGather, "recursive_doubling"},
          {kAllToAll, "direct"},
          {kAllToAll, "pairwise"},
          {kAllReduce, "halving_doubling"}};
}

// How many of the runs were folded.
int compare(System system, Bytes size) {
  const Cluster cluster = make_cluster(std::move(system.topology));
  const auto& routing = Registry<RoutingPolicy>::get(system.routing, "routing");
  int folded = 0;
  for (const auto& [kind, name] : schedules()) {
    const auto program = made(cluster, kind, name, size);
    if (program == nullptr) continue;
    const bool may = may_fold(cluster.topology, *program, routing, 1);
    const Fold* fold = may ? cluster.folds->find(cluster.topology, *program) : nullptr;
    for (const std::string_view model : {"alpha_beta", "link_fifo", "fair_share"}) {
      if (model == "link_fifo" && routing.spreads) continue;
      SCOPED_TRACE(fmt::format("{}, {}, {}", system.name, name, model));
      const auto& network = Registry<NetworkModel>::get(model, "network model");
      SimulationInput input = input_of(cluster, *program, routing);
      input.method = Method::kEvents;
      const SimulationOutcome events = network.simulate(input);
      input.method = Method::kDirect;
      const SimulationOutcome direct = network.simulate(input);
      // Fluid rates of split messages are rounded at every end of a flow, those of a pass are not.
      if (!routing.spreads || direct.method == Method::kEvents) expect_same(direct, events);
      EXPECT_NEAR(seconds(direct.time), seconds(events.time), 1e-9);
      if (fold == nullptr) continue;
      const RoutingPolicy strict = without_choice(routing);
      SimulationInput part = input_of(cluster, *program, strict);
      part.fold = fold;
      try {
        const SimulationOutcome outcome = network.simulate(part);
        EXPECT_LT(outcome.classes, cluster.topology.rank_count());
        expect_same(outcome, direct);
        ++folded;
      } catch (const CannotFold&) {
      }
    }
  }
  return folded;
}

TEST(Folding, GivesTheSameOnEverySymmetricKind) {
  for (System& system : symmetric_systems()) {
    const std::string name = system.name;
    EXPECT_GT(compare(std::move(system), Bytes{std::int64_t{3} << 20U}), 0) << name;
  }
}

// Sizes that do not divide break the symmetry of some schedules and not of others.
TEST(Folding, GivesTheSameOfSizesThatDoNotDivide) {
  for (System& system : symmetric_systems()) compare(std::move(system), Bytes{1'000'003});
}

TEST(Folding, RefusesWhereNumbersDecideTheRoute) {
  const Cluster cluster = make_cluster(topology_of("server_cluster", on_leaves("8")));
  const auto program = made(cluster, CollectiveKind::kAllToAll, "direct", 64_MiB);
  const auto& routing = Registry<RoutingPolicy>::get("ecmp", "routing");
  const Fold* fold = cluster.folds->find(cluster.topology, *program);
  ASSERT_NE(fold, nullptr);
  const RoutingPolicy strict = without_choice(routing);
  SimulationInput input = input_of(cluster, *program, strict);
  input.fold = fold;
  EXPECT_THROW(Registry<NetworkModel>::get("fair_share", "model").simulate(input), CannotFold);
}

}  // namespace
}  // namespace commsim::folding_test
