// fair_share against SimGrid on contended cases of every family of topologies: grids, trees,
// dragonflies, mixed servers, and switches and hosts that take part.
#include <gtest/gtest.h>

#include "tests/differential/agreement.hpp"
#include "tests/support/topology.hpp"

namespace commsim::differential::topologies_vs_simgrid_test {
namespace {

using config::list;
using config::map;
using config::Value;

ConfigNode link(const char* bandwidth, const char* latency) {
  return map({{"bandwidth", bandwidth}, {"latency", latency}});
}

const ConfigNode kLink = link("25 GB/s", "700 ns");

void expect_agreement_on(const Topology& topology, std::string_view algorithm,
                         const CollectiveCall& call, std::string_view policy = "shortest",
                         std::uint64_t seed = 1) {
  const auto program = program_of(topology, algorithm, call);
  const auto endpoints = layout_of(topology).endpoints;
  expect_agreement({.topology = topology,
                    .program = *program,
                    .routing = routing(policy),
                    .seed = seed,
                    .endpoints = endpoints});
}

const CollectiveCall kAllToAll{.kind = CollectiveKind::kAllToAll, .size = 16_MiB};

// Partners stand up to four links apart, and their messages cross.
TEST_F(FairShare, AgreesOnHalvingDoublingOnATorus) {
  const Topology torus = topology_of("torus", map({{"sides", list({"4", "4"})}, {"link", kLink}}));
  expect_agreement_on(torus, "halving_doubling", {.size = 16_MiB});
}

TEST_F(FairShare, AgreesOnAllToAllOnAMesh) {
  const Topology mesh = topology_of("mesh", map({{"sides", list({"3", "4"})}, {"link", kLink}}));
  expect_agreement_on(mesh, "direct", kAllToAll);
}

TEST_F(FairShare, AgreesOnAllToAllOnAHypercube) {
  const Topology cube = topology_of("hypercube", map({{"dimensions", "4"}, {"link", kLink}}));
  expect_agreement_on(cube, "pairwise", kAllToAll);
}

TEST_F(FairShare, AgreesOnAllToAllOnAFatTreeWithHashedRoutes) {
  const Topology tree = topology_of("fat_tree", map({{"arity", "4"}, {"link", kLink}}));
  for (const std::uint64_t seed : {1U, 2U}) {
    expect_agreement_on(tree, "direct", kAllToAll, "ecmp", seed);
  }
}

TEST_F(FairShare, AgreesOnAllToAllOnThreeOversubscribedTiers) {
  const Topology clos = topology_of("clos", map({{"ranks", "16"},
                                                 {"ranks_per_leaf", "2"},
                                                 {"leaves_per_pod", "4"},
                                                 {"spines", "2"},
                                                 {"oversubscription", "2"},
                                                 {"core_oversubscription", "3"},
                                                 {"link", kLink}}));
  expect_agreement_on(clos, "direct", kAllToAll);
  expect_agreement_on(clos, "bruck", kAllToAll);
}

TEST_F(FairShare, AgreesOnADragonflyByMinimalAndByValiantRoutes) {
  const Topology dragonfly =
      topology_of("dragonfly", map({{"ports_per_router", "2"},
                                    {"routers_per_group", "3"},
                                    {"global_links_per_router", "1"},
                                    {"link", kLink},
                                    {"global_link", link("20 GB/s", "2 us")}}));
  expect_agreement_on(dragonfly, "direct", kAllToAll, "minimal");
  expect_agreement_on(dragonfly, "direct", kAllToAll, "valiant", 3);
}

TEST_F(FairShare, AgreesOnIslandsOfDifferentServers) {
  const Topology islands = topology_of(
      "islands",
      map({{"islands", list({Value(map({{"servers", "1"}, {"preset", "dgx_a100"}})),
                             Value(map({{"servers", "1"}, {"preset", "pcie_box"}}))})}}));
  expect_agreement_on(islands, "ring", {.size = 24_MiB, .order = "plain"});
}

TEST_F(FairShare, AgreesOnAHybridCubeMesh) {
  const Topology dgx1 =
      topology_of("server_cluster", map({{"servers", "2"}, {"preset", "dgx1_v100"}}));
  expect_agreement_on(dgx1, "recursive_doubling", {.size = 8_MiB});
}

TEST_F(FairShare, AgreesOnRailsWithoutSpines) {
  const Topology rails = topology_of(
      "server_cluster", map({{"servers", "3"}, {"preset", "dgx_h100"}, {"fabric", "rail_only"}}));
  expect_agreement_on(rails, "hierarchical", kAllToAll);
  expect_agreement_on(rails, "direct", kAllToAll);
}

// The switch takes part: what it multicasts is one message on each of its links.
TEST_F(FairShare, AgreesOnASwitchThatReduces) {
  const Topology server =
      topology_of("server_cluster", map({{"servers", "1"}, {"preset", "dgx_h100"}}));
  expect_agreement_on(server, "nvls", {.size = 16_MiB, .chunk = 2_MiB});
}

TEST_F(FairShare, AgreesOnATreeOfSwitchesThatReduce) {
  const Topology leaves = topology_of("leaf_spine", map({{"ranks", "8"},
                                                         {"ranks_per_leaf", "2"},
                                                         {"spines", "1"},
                                                         {"oversubscription", "2"},
                                                         {"link", kLink}}));
  expect_agreement_on(leaves, "sharp", {.size = 16_MiB});
}

TEST_F(FairShare, AgreesOnParameterServersThatAreTheBottleneck) {
  const Topology workers = topology_of(
      "switch", map({{"ranks", "6"}, {"hosts", "2"}, {"link", kLink}, {"host_link", kLink}}));
  expect_agreement_on(workers, "parameter_server", {.size = 12_MiB, .servers = "separate"});
}

}  // namespace
}  // namespace commsim::differential::topologies_vs_simgrid_test
