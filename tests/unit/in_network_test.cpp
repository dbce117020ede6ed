// Collectives in switches: nvls and sharp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectives/programs/switch_trees.hpp"
#include "collectives/proof/checker.hpp"
#include "tests/support/program_sends.hpp"
#include "tests/support/switched_layouts.hpp"

namespace commsim::in_network_test {
namespace {

using layouts::all_ranks;
using layouts::with_rail_trees;
using layouts::with_server_switches;
using layouts::with_tree;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ThrowsMessage;

CollectiveCall call_on(CollectiveKind kind, RankLayout layout, std::int64_t size = 4800) {
  CollectiveCall call;
  call.kind = kind;
  call.size = Bytes{size};
  call.layout = std::move(layout);
  return call;
}

std::unique_ptr<Program> program(const char* name, const CollectiveCall& call) {
  return find_algorithm(call.kind, name).make(call);
}

void expect_sound(const char* name, const CollectiveCall& call) {
  for (const std::uint64_t seed : {1U, 2U}) {
    EXPECT_EQ(find_fault(*program(name, call), call, seed).value_or("no fault"), "no fault")
        << collective(call.kind).name << "/" << name << ", " << call.layout.ranks() << " ranks, "
        << call.size.count() << " bytes, chunk " << call.chunk.value_or(Bytes{0}).count();
  }
}

TEST(Nvls, RefusesAServerWithoutSwitchAndNamesWhatIsLegal) {
  RankLayout layout = with_server_switches(RankLayout::uniform(2, 4));
  layout.server_switches[1] = -1;
  EXPECT_THAT([&] { program("nvls", call_on(CollectiveKind::kAllReduce, layout)); },
              ThrowsMessage<RequestError>(
                  AllOf(HasSubstr("joins all ranks of a server and reduces, and server 1 has none"),
                        HasSubstr("legal here: "), HasSubstr("ring"), Not(HasSubstr("nvls,")))));
}

TEST(Nvls, RefusesRanksThatStandAlone) {
  EXPECT_THAT([] { program("nvls", call_on(CollectiveKind::kAllReduce, RankLayout::flat(4))); },
              ThrowsMessage<RequestError>(HasSubstr("every rank stands alone")));
}

TEST(Nvls, RefusesUnequalServersAndShardsOfSeveral) {
  const RankLayout unequal = with_server_switches({.servers = {{0, 1, 2}, {3, 4}}});
  EXPECT_THAT([&] { program("nvls", call_on(CollectiveKind::kAllReduce, unequal)); },
              ThrowsMessage<RequestError>(HasSubstr("some of 3 and some of 2 ranks")));
  const RankLayout two = with_server_switches(RankLayout::uniform(2, 2));
  for (const auto kind : {CollectiveKind::kAllGather, CollectiveKind::kReduceScatter}) {
    EXPECT_THAT([&] { program("nvls", call_on(kind, two)); },
                ThrowsMessage<RequestError>(HasSubstr("within one server, and there are 2")));
  }
}

// S leave once to be summed and S / g to be multicast, and the same enters: bus bandwidth comes to
// 2 (g - 1) / (g + 1) of a link.
TEST(Nvls, MovesSAndAShareOfItThroughEachRankAndTheSwitch) {
  for (const int g : {2, 4, 8}) {
    CollectiveCall call =
        call_on(CollectiveKind::kAllReduce, with_server_switches(RankLayout::uniform(1, g)), 6400);
    for (const std::int64_t chunk : {6400, 1600, 800}) {
      call.chunk = Bytes{chunk};
      const auto made = program("nvls", call);
      for (Rank r = 0; r < g; ++r) {
        EXPECT_EQ(sends::leaving(*made, r), 6400 + 6400 / g);
        EXPECT_EQ(sends::entering(*made, r), 6400 + 6400 / g);
      }
      EXPECT_EQ(sends::leaving(*made, g), g * 6400 + 6400);
      EXPECT_EQ(sends::bytes(*made, [g](Rank a, Rank b) { return a != g && b != g; }), 0);
    }
    const auto gather = program("nvls", call_on(CollectiveKind::kAllGather, call.layout, 6400));
    EXPECT_EQ(sends::leaving(*gather, 0), 6400 / g);
    EXPECT_EQ(sends::entering(*gather, 0), 6400);
    const auto scatter =
        program("nvls", call_on(CollectiveKind::kReduceScatter, call.layout, 6400));
    EXPECT_EQ(sends::leaving(*scatter, 0), 6400);
    EXPECT_EQ(sends::entering(*scatter, 0), 6400 / g);
  }
}

TEST(Nvls, BetweenServersOnlySharesCross) {
  CollectiveCall call =
      call_on(CollectiveKind::kAllReduce, with_server_switches(RankLayout::uniform(4, 8, 8)));
  call.outer = "ring";
  const auto made = program("nvls", call);
  const auto crossing =
      sends::bytes(*made, [](Rank a, Rank b) { return a < 32 && b < 32 && a / 8 != b / 8; });
  EXPECT_EQ(crossing, 32 * (4800 / 8) * 2 * 3 / 4);
  EXPECT_EQ(sends::bytes(*made, [](Rank a, Rank b) { return a < 32 && b < 32 && a / 8 == b / 8; }),
            0);
}

TEST(Nvls, KeepsTheContractForAllSizesAndChunks) {
  for (const int g : {2, 3, 5}) {
    for (const int servers : {1, 2, 3}) {
      for (const std::int64_t size : {0, 2, 47, 60}) {
        const RankLayout layout = with_server_switches(RankLayout::uniform(servers, g));
        for (const std::int64_t chunk : {1, 4, 7, 100}) {
          CollectiveCall call = call_on(CollectiveKind::kAllReduce, layout, size);
          call.chunk = Bytes{chunk};
          for (const char* outer : {"ring", "double_binary_tree"}) {
            call.outer = outer;
            expect_sound("nvls", call);
          }
          if (servers > 1) continue;
          for (const auto kind : {CollectiveKind::kAllGather, CollectiveKind::kReduceScatter}) {
            call = call_on(kind, layout, size);
            call.chunk = Bytes{chunk};
            expect_sound("nvls", call);
          }
        }
      }
    }
  }
}

TEST(Sharp, RefusesNetworksWithoutSwitchesThatReduce) {
  for (const auto kind : {CollectiveKind::kAllReduce, CollectiveKind::kReduce,
                          CollectiveKind::kBroadcast, CollectiveKind::kBarrier}) {
    EXPECT_THAT([&] { program("sharp", call_on(kind, RankLayout::flat(4))); },
                ThrowsMessage<RequestError>(
                    AllOf(HasSubstr("needs switches that reduce"), HasSubstr("legal here: "))));
  }
}

TEST(Sharp, RefusesTreesThatJoinOnlySomeServers) {
  const RankLayout part = with_tree(RankLayout::flat(4), {0, 1, 2}, 1, 4);
  EXPECT_THAT([&] { program("sharp", call_on(CollectiveKind::kAllReduce, part)); },
              ThrowsMessage<RequestError>(HasSubstr("none of the 1 trees does")));
  const RankLayout rail = with_tree(RankLayout::uniform(2, 2), {0, 2}, 1, 4);
  EXPECT_THAT([&] { program("sharp", call_on(CollectiveKind::kAllReduce, rail)); },
              ThrowsMessage<RequestError>(HasSubstr("joins ranks 1, 3")));
}

// S a rank go up and S come down, whatever the number of ranks: in-network reduction halves the
// bytes of any schedule among ranks.
TEST(Sharp, SendsTheDataOfARankOnceAndReceivesTheSumOnce) {
  for (const int levels : {1, 2, 3}) {
    const RankLayout flat = RankLayout::flat(9);
    CollectiveCall call =
        call_on(CollectiveKind::kAllReduce, with_tree(flat, all_ranks(flat), levels, 2));
    call.chunk = Bytes{500};
    const auto made = program("sharp", call);
    EXPECT_EQ(switch_tree(call.layout.reduction_trees[0], all_ranks(flat)).height(), levels);
    for (Rank r = 0; r < 9; ++r) {
      EXPECT_EQ(sends::leaving(*made, r), 4800);
      EXPECT_EQ(sends::entering(*made, r), 4800);
    }
    EXPECT_EQ(sends::bytes(*made, [](Rank a, Rank b) { return a < 9 && b < 9; }), 0);
  }
}

TEST(Sharp, TakesTheLowestSwitchAboveAllRanks) {
  const RankLayout flat = RankLayout::flat(3);
  const RankLayout tall = with_tree(flat, all_ranks(flat), 3, 4);
  const RelayTree tree = switch_tree(tall.reduction_trees[0], all_ranks(flat));
  EXPECT_EQ(tall.reduction_trees[0].nodes.size(), 3U);
  EXPECT_EQ(tree.nodes().size(), 4U);
  EXPECT_EQ(tree.height(), 1);
}

TEST(Sharp, TwoTreesOverAllRanksHaveHalfOfTheDataEach) {
  const RankLayout flat = RankLayout::flat(4);
  const RankLayout layout =
      with_tree(with_tree(flat, all_ranks(flat), 1, 4), all_ranks(flat), 2, 2);
  const auto made = program("sharp", call_on(CollectiveKind::kAllReduce, layout));
  EXPECT_EQ(sends::entering(*made, 4), 4 * 2400);
  EXPECT_EQ(sends::leaving(*made, 0), 4800);
}

TEST(Sharp, WithSeveralRanksAServerOnlyItsShareGoesUp) {
  CollectiveCall call =
      call_on(CollectiveKind::kAllReduce, with_rail_trees(RankLayout::uniform(4, 4), 2, 2, 4));
  const auto made = program("sharp", call);
  for (Rank r = 0; r < 16; ++r) {
    EXPECT_EQ(sends::bytes(*made, [r](Rank a, Rank b) { return a == r && b >= 16; }), 4800 / 4);
    EXPECT_EQ(sends::bytes(*made, [r](Rank a, Rank b) { return b == r && a >= 16; }), 4800 / 4);
  }
  EXPECT_EQ(sends::bytes(*made, [](Rank a, Rank b) { return a < 16 && b < 16 && a / 4 != b / 4; }),
            0);
}

TEST(Sharp, KeepsTheContractOnTreesOfEveryHeight) {
  for (const Rank p : {1, 2, 5, 9}) {
    for (const int levels : {1, 2, 3}) {
      const RankLayout flat = RankLayout::flat(p);
      const RankLayout layout = with_tree(flat, all_ranks(flat), levels, 3);
      for (const std::int64_t size : {0, 1, 23}) {
        for (const std::int64_t chunk : {3, 100}) {
          for (const auto kind : {CollectiveKind::kAllReduce, CollectiveKind::kReduce,
                                  CollectiveKind::kBroadcast, CollectiveKind::kBarrier}) {
            CollectiveCall call =
                call_on(kind, layout, kind == CollectiveKind::kBarrier ? 0 : size);
            call.chunk = Bytes{chunk};
            expect_sound("sharp", call);
            call.root = p - 1;
            if (collective(kind).rooted) expect_sound("sharp", call);
          }
        }
      }
    }
  }
}

TEST(Sharp, KeepsTheContractOnServers) {
  const RankLayout unequal = with_rail_trees({.servers = {{0, 1, 2}, {3, 4}, {5}}}, 1, 2, 2);
  for (const RankLayout& layout : {with_rail_trees(RankLayout::uniform(3, 4), 4, 2, 2),
                                   with_rail_trees(RankLayout::uniform(3, 4), 2, 1, 8),
                                   with_rail_trees(RankLayout::uniform(2, 3), 1, 2, 4), unequal}) {
    for (const auto kind : {CollectiveKind::kAllReduce, CollectiveKind::kReduce,
                            CollectiveKind::kBroadcast, CollectiveKind::kBarrier}) {
      if (kind == CollectiveKind::kAllReduce && layout.per_server() == 0) continue;
      for (const std::int64_t chunk : {5, 100}) {
        CollectiveCall call = call_on(kind, layout, kind == CollectiveKind::kBarrier ? 0 : 41);
        call.chunk = Bytes{chunk};
        for (const Rank root : {0, 1, layout.ranks() - 1}) {
          call.root = collective(kind).rooted ? root : 0;
          expect_sound("sharp", call);
        }
      }
    }
  }
}

}  // namespace
}  // namespace commsim::in_network_test
