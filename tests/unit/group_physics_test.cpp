// Calls of groups by the physics of a library.
#include "sim/workload/step/group_physics.hpp"

#include <gmock/gmock.h>

#include <map>
#include <numeric>

#include "sim/workload/step/group_prices.hpp"
#include "tests/support/four_gpus.hpp"
#include "tests/support/physics_cases.hpp"

namespace commsim::group_physics_test {
namespace {

using namespace physics_cases;
using support::expect_refused;
using support::result_of;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kProfile = "profile=" COMMSIM_SOURCE_DIR "/scenarios/profiles/a100.yaml";

std::vector<std::vector<Rank>> all_ranks(const Case& made) {
  std::vector<Rank> ranks(static_cast<std::size_t>(made.run().cluster->topology.rank_count()));
  std::iota(ranks.begin(), ranks.end(), 0);
  return {ranks};
}

// Rank i of every server, for each i.
std::vector<std::vector<Rank>> rails(int servers, int gpus) {
  std::vector<std::vector<Rank>> groups(static_cast<std::size_t>(gpus));
  for (int s = 0; s < servers; ++s) {
    for (int g = 0; g < gpus; ++g) {
      groups[static_cast<std::size_t>(g)].push_back(s * gpus + g);
    }
  }
  return groups;
}

GroupPrice price_of(const Case& made, const Physics& physics, CollectiveKind kind, Bytes size,
                    std::vector<std::vector<Rank>> groups) {
  const RankGroups named = rank_groups(std::move(groups));
  GroupPrices prices;
  return prices.price(made.run(), {.groups = &named,
                                   .kind = kind,
                                   .size = size,
                                   .algorithm = std::string(kByPhysics),
                                   .physics = &physics});
}

TEST(GroupPhysics, OfAllRanksAreThoseOfTheCluster) {
  for (const auto* topology : {"servers: 1, preset: dgx_a100", "servers: 3, preset: dgx_a100",
                               "servers: 4, preset: dgx_h100, gpus: 2, nvls: false"}) {
    for (const auto* collective : {"all_reduce", "all_gather", "reduce_scatter", "all_to_all"}) {
      const Case made = case_of(topology, std::string("kind: ") + collective);
      const Physics physics = nccl_prior();
      const PhysicsRuns runs(made.run(), physics);
      for (const Bytes size : {96_KiB, 3_MiB, 96_MiB}) {
        const PhysicsTime fastest = runs.fastest(physics, size);
        const GroupPrice price =
            price_of(made, physics, made.run().call.kind, size, all_ranks(made));
        EXPECT_EQ(price.time, fastest.time) << topology << ' ' << collective << ' ' << size.count();
        EXPECT_EQ(price.algorithm, "physics: " + names(runs, physics)[fastest.way]);
      }
    }
  }
}

// Half of 20 GB/s, 2 (n - 1) steps of 10 us between servers and 1 us of PCIe at each end of them,
// 5 and 2 us to start, and the copy of a shard.
TEST(GroupPhysics, TakeWhatTheirOwnRingTakes) {
  const Case made = case_of(small(4, 2));
  const GroupPrice price =
      price_of(made, half_of_links(), CollectiveKind::kAllReduce, Bytes{4'000'000}, rails(4, 2));
  EXPECT_EQ(price.algorithm, "physics: ring half");
  const double transfer = 2 * 3 * 1e6 / 10e9;
  EXPECT_NEAR(seconds(price.time), 7e-6 + 1e6 / 1e12 + 6 * (10e-6 + 2e-6 - 2e-6) + transfer, 1e-8);
  EXPECT_FALSE(price.within_servers);
  EXPECT_THAT(price.bottleneck, HasSubstr("nic"));
}

TEST(GroupPhysics, ShareTheLinksOfAServer) {
  const Case made = case_of(
      "servers: 2, gpus: 4, nics: 1, intra: switch, gpu_link: {bandwidth: 100 "
      "GB/s, latency: 300 ns}, gpu_nic: {bandwidth: 500 GB/s, latency: 1 "
      "us}, nic: {bandwidth: 20 GB/s, latency: 350 ns}");
  const Physics physics = half_of_links();
  const auto all = rails(2, 4);
  const Duration one =
      price_of(made, physics, CollectiveKind::kAllReduce, Bytes{100'000'000}, {all.front()}).time;
  const Duration four =
      price_of(made, physics, CollectiveKind::kAllReduce, Bytes{100'000'000}, all).time;
  EXPECT_NEAR(seconds(four) / seconds(one), 4, 0.02);
}

TEST(GroupPhysics, SayWhatGoesOverWhichLinks) {
  const Case made = case_of("servers: 2, preset: dgx_a100");
  const GroupPrice price =
      price_of(made, nccl_prior(), CollectiveKind::kAllReduce, Bytes{64'000'000},
               {{0, 1, 2, 3, 4, 5, 6, 7}, {8, 9, 10, 11, 12, 13, 14, 15}});
  EXPECT_TRUE(price.within_servers);
  const auto nvlink = std::ranges::find(price.media, "nvlink", &MediumLoad::medium);
  ASSERT_NE(nvlink, price.media.end());
  EXPECT_EQ(nvlink->bytes, Bytes{2} * 2 * (2 * 7) * 64'000'000);
}

TEST(GroupPhysics, AreSlowerThanBareLinks) {
  const auto of = [](const char* algorithms) {
    return result_of("gpu: a100_80gb",
                     {kProfile,
                      "topology={kind: server_cluster, servers: 1, preset: dgx_a100, "
                      "gpus: 4}",
                      std::string("training.algorithms=") + algorithms});
  };
  const TrainingResult bare = of("auto");
  const TrainingResult real = of("physics");
  EXPECT_GT(real.time, bare.time);
  ASSERT_FALSE(real.calls.empty());
  for (const CallSummary& call : real.calls) EXPECT_THAT(call.algorithm, StartsWith("physics: "));
  EXPECT_EQ(of("{data: physics}").time, real.time);
}

// Prices that a sweep shares are those that each of its points has by itself.
TEST(GroupPhysics, OfASweepAreThoseOfItsPoints) {
  const std::vector<std::string> common = {
      kProfile, "training.algorithms=physics", "network.routing=ecmp",
      "topology={kind: leaf_spine, ranks: 8, ranks_per_leaf: 4, spines: 8, oversubscription: 4, "
      "link: {bandwidth: 10 GB/s, latency: 2 us}}"};
  for (const auto& [key, values] : std::map<std::string, std::vector<std::string>>{
           {"network.routing", {"shortest", "ecmp"}},
           {"network.model", {"fair_share", "alpha_beta"}},
           {"network.seed", {"1", "2"}},
           {"compression", {"none", "int8"}}}) {
    std::vector<std::string> all = common;
    all.push_back(key + "=[" + values[0] + ", " + values[1] + "]");
    const TrainingSet set = support::read("gpu: a100_80gb", all);
    ASSERT_EQ(set.points.size(), 2U);
    for (std::size_t i = 0; i < values.size(); ++i) {
      std::vector<std::string> alone = common;
      alone.push_back(key + "=" + values[i]);
      EXPECT_EQ(run_training(set.points[i].job, *set.prices).time,
                result_of("gpu: a100_80gb", alone).time)
          << key << ' ' << values[i];
    }
  }
}

// Every piece of a codec passes links with latency.
TEST(GroupPhysics, OfEncodedPiecesAreNoFasterThanBareLinks) {
  const auto of = [](const char* algorithms) {
    return result_of("gpu: a100_80gb", {kProfile,
                                        "topology={kind: server_cluster, servers: 1, preset: "
                                        "dgx_a100, gpus: 4}",
                                        "compression={codec: int8_shared, chunk: 64 KiB}",
                                        std::string("training.algorithms=") + algorithms});
  };
  EXPECT_GT(of("physics").time, of("{data: ring}").time);
}

TEST(GroupPhysics, AreOfSendsToo) {
  const auto sends = [](const char* algorithm) {
    return result_of("gpu: a100_80gb",
                     {kProfile, "training.parallel={pipeline: 4, data: 1}",
                      std::string("training.algorithms={pipeline: ") + algorithm + "}"});
  };
  EXPECT_THAT(sends("physics").calls.front().algorithm, StartsWith("physics: direct"));
  EXPECT_EQ(sends("direct").calls.front().algorithm, "direct");
  expect_refused("gpu: a100_80gb", "unknown algorithm 'ring' (legal: direct, physics)",
                 {"training.algorithms={pipeline: ring}"});
}

TEST(GroupPhysics, AreMissedWhereAProfileHasThemForNothing) {
  const auto left = [](std::vector<std::string> overrides) {
    return support::read("gpu: a100_80gb", overrides).points.at(0).job.physics_left;
  };
  EXPECT_TRUE(left({kProfile}));
  EXPECT_FALSE(left({kProfile, "training.algorithms={data: physics}"}));
  EXPECT_FALSE(left({}));
  EXPECT_FALSE(left({"profile=" COMMSIM_SOURCE_DIR "/scenarios/profiles/dgx_a100_2x8.yaml"}));
}

TEST(GroupPhysics, NeedAProfileThatHasIt) {
  expect_refused("gpu: h100", "'physics' is what a file says that the key 'profile' names",
                 {"training.algorithms=physics"});
  expect_refused("gpu: h100", "the profile 'dgx_a100_2x8' has tables of times and no physics",
                 {"training.algorithms={data: physics}",
                  "profile=" COMMSIM_SOURCE_DIR "/scenarios/profiles/dgx_a100_2x8.yaml"});
  expect_refused("gpu: h100",
                 "unknown choice 'ring' for all calls (legal: auto, physics, or a map such as",
                 {"training.algorithms=ring"});
  expect_refused("gpu: h100", "cannot be read",
                 {"training.algorithms=physics", "profile=nothing.yaml"});
}

}  // namespace
}  // namespace commsim::group_physics_test
