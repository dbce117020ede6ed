#include <gmock/gmock.h>

#include "sim/scenario/placement_section.hpp"
#include "sim/scenario/topology_section.hpp"
#include "sim/scenario/yaml_document.hpp"

namespace commsim::placement_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

std::vector<std::string> ranks_of(const std::string& placement) {
  const auto clusters = read_clusters(
      read_yaml_text("version: 1\n"
                     "topology: {kind: server_cluster, servers: 2, preset: pcie_box}\n" +
                         placement,
                     "test"));
  std::vector<std::string> names;
  const Topology& topology = clusters.front().topology;
  for (const DeviceId id : topology.ranks()) names.push_back(topology.device(id).name);
  return names;
}

std::string refusal(const std::string& placement) {
  try {
    ranks_of(placement);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Placement, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(refusal("placement: sideways"), HasSubstr("test:3:12: error: placement: unknown"));
  EXPECT_THAT(refusal("placement: {gpus: [s0.gpu0, s0.gpu0]}"),
              HasSubstr("test:3:29: error: placement.gpus: there is no GPU 's0.gpu0' that is"));
  EXPECT_THAT(refusal("placement: {gpus: s0.gpu0}"), HasSubstr("expected a list"));
  EXPECT_THAT(refusal("placement: {order: packed, gpus: [s0.gpu0]}"), HasSubstr("either"));
  EXPECT_THAT(refusal("placement: {ranks: 9}"), HasSubstr("legal: 1 to 8"));
  EXPECT_THAT(refusal("placement: {rank: 9}"), HasSubstr("unknown key"));
}

TEST(Placement, RefusesToDealToServersThatAreNotThere) {
  EXPECT_THROW(
      read_clusters(read_yaml_text("version: 1\n"
                                   "topology: {kind: switch, ranks: 2, link: {bandwidth: 1 GB/s}}\n"
                                   "placement: round_robin\n",
                                   "test")),
      ConfigError);
}

TEST(Placement, PacksServersUnlessItIsTold) {
  EXPECT_THAT(ranks_of(""), ElementsAre("s0.gpu0", "s0.gpu1", "s0.gpu2", "s0.gpu3", "s1.gpu0",
                                        "s1.gpu1", "s1.gpu2", "s1.gpu3"));
  EXPECT_EQ(ranks_of("placement: packed"), ranks_of(""));
}

TEST(Placement, DealsToServersInTurn) {
  EXPECT_THAT(ranks_of("placement: {order: round_robin, ranks: 3}"),
              ElementsAre("s0.gpu0", "s1.gpu0", "s0.gpu1"));
}

TEST(Placement, ShufflesByTheSeed) {
  const auto one = ranks_of("placement: random");
  EXPECT_EQ(one, ranks_of("placement: {order: random, seed: 1}"));
  EXPECT_NE(one, ranks_of("placement: {order: random, seed: 2}"));
  EXPECT_THAT(one, UnorderedElementsAre("s0.gpu0", "s0.gpu1", "s0.gpu2", "s0.gpu3", "s1.gpu0",
                                        "s1.gpu1", "s1.gpu2", "s1.gpu3"));
}

TEST(Placement, TakesGpusByName) {
  EXPECT_THAT(ranks_of("placement: {gpus: [s1.gpu3, s0.gpu1]}"), ElementsAre("s1.gpu3", "s0.gpu1"));
}

TEST(Placement, SweepsOrders) {
  const auto clusters = read_clusters(
      read_yaml_text("version: 1\n"
                     "topology: {kind: server_cluster, servers: 2, preset: pcie_box}\n"
                     "placement: [packed, round_robin]\n",
                     "test"));
  ASSERT_EQ(clusters.size(), 2U);
  EXPECT_THAT(clusters[1].layout.servers[0], ElementsAre(0, 2, 4, 6));
}

}  // namespace
}  // namespace commsim::placement_test
