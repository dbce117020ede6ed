// Lines, rings, meshes, tori and hypercubes.
#include "topology/kinds/grid_network.hpp"

#include <gmock/gmock.h>

#include "tests/support/topology.hpp"
#include "topology/analysis/metrics.hpp"
#include "topology/torus_preset.hpp"

namespace commsim::grid_network_test {
namespace {

using config::Value;
using testing::ElementsAre;
using testing::HasSubstr;

ConfigNode cable() { return config::map({{"bandwidth", "50 GB/s"}, {"latency", "1 us"}}); }

ConfigNode sides(const std::vector<Value>& list) {
  return config::map({{"sides", config::list(list)}, {"link", cable()}});
}

ConfigNode cube(int dimensions) {
  return config::map({{"dimensions", std::to_string(dimensions)}, {"link", cable()}});
}

std::string errors_of(const char* kind, ConfigNode section) {
  const auto built = build_topology(kind, std::move(section));
  EXPECT_FALSE(built.topology);
  return built.errors;
}

std::size_t cables(const Topology& topology) { return topology.links().size() / 2; }

class SidedKind : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(All, SidedKind, testing::Values("mesh", "torus"));

TEST_P(SidedKind, RefusesSidesThatAreMissingOrNoList) {
  EXPECT_THAT(errors_of(GetParam(), config::map({{"link", cable()}})),
              HasSubstr("topology.sides: the key 'sides' is missing"));
  for (const Value& wrong : {Value("8"), Value(config::list({})), Value(config::map({{"x", "4"}})),
                             Value(config::list(std::vector<Value>(21, Value("1"))))}) {
    EXPECT_THAT(errors_of(GetParam(), config::map({{"sides", wrong}, {"link", cable()}})),
                HasSubstr("topology.sides: expected a list of 1 to 20 sides, such as [4, 4, 4]"));
  }
}

TEST_P(SidedKind, RefusesEachWrongSideAtItsPlace) {
  const std::string errors = errors_of(GetParam(), sides({"4", "0", "-1", "two", "1048577"}));
  EXPECT_THAT(errors, HasSubstr("test:4:1: error: topology.sides: 0 is out of range; legal: 1 to"));
  EXPECT_THAT(errors, HasSubstr("test:5:1: error: topology.sides: -1 is out of range"));
  EXPECT_THAT(errors, HasSubstr("test:6:1: error: topology.sides: "));
  EXPECT_THAT(errors, HasSubstr("test:7:1: error: topology.sides: 1048577 is out of range"));
  EXPECT_THAT(errors_of(GetParam(), sides({config::list({"2", "2"})})),
              HasSubstr("expected the length of a side"));
}

TEST_P(SidedKind, RefusesMoreCellsThanThereMayBeRanks) {
  EXPECT_THAT(errors_of(GetParam(), sides({"1048576", "1048576", "1048576", "1048576"})),
              HasSubstr("the product of the sides is too large; legal: up to 1048576 ranks"));
  EXPECT_THAT(errors_of(GetParam(), sides({"1024", "1025"})), HasSubstr("legal: up to 1048576"));
}

TEST_P(SidedKind, RefusesMoreLinksThanThereMayBe) {
  const std::vector<Value> twenty(20, Value("2"));
  EXPECT_THAT(errors_of(GetParam(), sides(twenty)), HasSubstr("links; legal: up to"));
}

TEST_P(SidedKind, IsALoneRankIfAllSidesAreOne) {
  const Topology topology = topology_of(GetParam(), sides({"1", "1"}));
  EXPECT_EQ(topology.rank_count(), 1);
  EXPECT_EQ(topology.links().size(), 0U);
}

TEST_P(SidedKind, LetsTheLastSideRunFastest) {
  const Topology topology = topology_of(GetParam(), sides({"3", "5"}));
  EXPECT_THAT(topology.grid().sides, ElementsAre(3, 5));
  const auto far = fewest_links(topology, 0);
  EXPECT_EQ(far[1], 1);
  EXPECT_EQ(far[5], 1);
  EXPECT_EQ(far[6], 2);
}

TEST(Line, HasACableLessThanRanks) {
  const Topology topology = topology_of("line", small_section(8));
  EXPECT_EQ(cables(topology), 7U);
  EXPECT_EQ(hop_diameter(topology), 7);
  EXPECT_EQ(bisection(topology), 50_GBps);
  EXPECT_THAT(topology.grid().sides, ElementsAre(8));
  EXPECT_FALSE(topology.grid().wraps);
  EXPECT_EQ(topology_of("line", small_section(1)).links().size(), 0U);
}

TEST(Ring, IsAGridThatWraps) {
  const Topology topology = topology_of("ring", small_section(8));
  EXPECT_THAT(topology.grid().sides, ElementsAre(8));
  EXPECT_TRUE(topology.grid().wraps);
}

// Cables: the sum over dimensions of (k_d - 1) p / k_d. Diameter: the sum of k_d - 1. Across the
// middle of the first side: one cable for each row.
TEST(Mesh, HasTheCablesDiameterAndBisectionOfTheFormulas) {
  const Topology topology = topology_of("mesh", sides({"4", "3", "5"}));
  EXPECT_EQ(topology.rank_count(), 60);
  EXPECT_EQ(cables(topology), 3U * 15U + 2U * 20U + 4U * 12U);
  EXPECT_EQ(hop_diameter(topology), 3 + 2 + 4);
  EXPECT_EQ(bisection(topology), 50_GBps * 15);
  EXPECT_FALSE(topology.grid().wraps);
}

// Cables: d p. Diameter: the sum of floor(k_d / 2). Bisection: 2 k^(d-1) cables.
TEST(Torus, HasTheCablesDiameterAndBisectionOfTheFormulas) {
  const Topology topology = topology_of("torus", sides({"4", "4", "4"}));
  EXPECT_EQ(topology.rank_count(), 64);
  EXPECT_EQ(cables(topology), 3U * 64U);
  EXPECT_EQ(hop_diameter(topology), 6);
  EXPECT_EQ(bisection(topology), 50_GBps * 32);
  EXPECT_EQ(connectivity(topology), 6);
  EXPECT_TRUE(topology.grid().wraps);
}

TEST(Torus, OfUnequalSidesClosesEachRow) {
  const Topology topology = topology_of("torus", sides({"4", "3", "5"}));
  EXPECT_EQ(cables(topology), 3U * 60U);
  EXPECT_EQ(hop_diameter(topology), 2 + 1 + 2);
  EXPECT_EQ(bisection(topology), 50_GBps * 30);
}

TEST(Torus, HasOneCableAlongASideOfTwo) {
  const Topology topology = topology_of("torus", sides({"2", "4"}));
  EXPECT_EQ(cables(topology), 4U + 8U);
  EXPECT_EQ(connectivity(topology), 3);
  EXPECT_EQ(cables(topology_of("torus", sides({"2", "2"}))), 4U);
}

TEST(Torus, OfOneSideIsTheRing) {
  const Topology torus = topology_of("torus", sides({"6"}));
  const Topology ring = topology_of("ring", small_section(6));
  ASSERT_EQ(torus.links().size(), ring.links().size());
  for (LinkId id = 0; id < ring.links().size(); ++id) {
    EXPECT_EQ(torus.link_name(id), ring.link_name(id));
  }
}

TEST(Torus, TakesTheLinkOfAPresetUnlessItIsGiven) {
  const Topology v4 = topology_of(
      "torus", config::map({{"preset", "tpu_v4"}, {"sides", config::list({"4", "4", "8"})}}));
  EXPECT_EQ(v4.link(0).bandwidth, 50_GBps);
  // The pod of 4096 chips: 2 x 16 x 16 links, "24 TB/s" as the makers round it.
  const Topology pod = topology_of(
      "torus", config::map({{"preset", "tpu_v4"}, {"sides", config::list({"16", "16", "16"})}}));
  EXPECT_EQ(bisection(pod), 25'600_GBps);
  const Topology faster =
      topology_of("torus", config::map({{"preset", "tpu_v3"},
                                        {"sides", config::list({"4", "4"})},
                                        {"link", config::map({{"bandwidth", "100 GB/s"}})}}));
  EXPECT_EQ(faster.link(0).bandwidth, 100_GBps);
  EXPECT_EQ(faster.link(0).latency, 1_usec);
}

TEST(Torus, RefusesAnUnknownPresetAndSidesThatItDoesNotHave) {
  const std::string unknown = errors_of(
      "torus", config::map({{"preset", "tpu_v44"}, {"sides", config::list({"4", "4", "4"})}}));
  EXPECT_THAT(unknown, HasSubstr("unknown torus preset 'tpu_v44'; did you mean 'tpu_v4'?"));
  EXPECT_THAT(unknown, Not(HasSubstr("missing")));
  EXPECT_THAT(errors_of("torus",
                        config::map({{"preset", "tpu_v4"}, {"sides", config::list({"16", "16"})}})),
              HasSubstr("2 sides do not fit the preset; legal: 3"));
}

TEST(TorusPresets, AllSayWhatTheyAreAndWhereTheirFiguresAreFrom) {
  EXPECT_THAT(Registry<TorusPreset>::names(), testing::IsSupersetOf({"tpu_v3", "tpu_v4"}));
  for (const TorusPreset* preset : Registry<TorusPreset>::entries()) {
    EXPECT_FALSE(preset->summary.ends_with('.')) << preset->name;
    EXPECT_FALSE(preset->reference.empty()) << preset->name;
    EXPECT_GE(preset->dimensions, 1) << preset->name;
  }
}

TEST(Hypercube, RefusesDimensionsOutOfRange) {
  for (const char* wrong : {"0", "-1", "21", "1000000000000"}) {
    EXPECT_THAT(errors_of("hypercube", config::map({{"dimensions", wrong}, {"link", cable()}})),
                HasSubstr("topology.dimensions: "))
        << wrong;
  }
  EXPECT_THAT(errors_of("hypercube", config::map({{"link", cable()}})),
              HasSubstr("the key 'dimensions' is missing"));
}

class HypercubeOf : public testing::TestWithParam<int> {};

INSTANTIATE_TEST_SUITE_P(Dimensions, HypercubeOf, testing::Values(1, 3, 6));

// p log2(p) / 2 cables, log2(p) links across, p / 2 cables in the middle.
TEST_P(HypercubeOf, HasTheCablesDiameterAndBisectionOfTheFormulas) {
  const int dimensions = GetParam();
  const Topology topology = topology_of("hypercube", cube(dimensions));
  const int ranks = 1 << dimensions;
  EXPECT_EQ(topology.rank_count(), ranks);
  EXPECT_EQ(cables(topology), static_cast<std::size_t>(ranks * dimensions / 2));
  EXPECT_EQ(hop_diameter(topology), dimensions);
  EXPECT_EQ(bisection(topology), 50_GBps * (ranks / 2));
  EXPECT_EQ(topology.grid().sides.size(), static_cast<std::size_t>(dimensions));
}

TEST(Hypercube, JoinsRanksThatDifferInOneBit) {
  const Topology topology = topology_of("hypercube", cube(5));
  for (const Link& link : topology.links()) {
    EXPECT_EQ(__builtin_popcount(link.from ^ link.to), 1) << link.from << ' ' << link.to;
  }
}

}  // namespace
}  // namespace commsim::grid_network_test
