// Closed forms of schedules that use what a layout says of the network: trees of switches of
// several heights, switches of servers, levels of groups.
#include <gtest/gtest.h>

#include "collectives/algorithm.hpp"
#include "tests/support/switched_layouts.hpp"
#include "tests/theory/closed_form_oracle.hpp"

namespace commsim::layout_closed_form_test {
namespace {

using layouts::all_ranks;
using layouts::with_rail_trees;
using layouts::with_server_switches;
using layouts::with_tree;

const AlphaBetaCost kFast{.bandwidth = Bandwidth::bits_per_second(3'599'999'999'999),
                          .latency = Duration{312'345}};
const AlphaBetaCost kSlow{.bandwidth = 400_Gbps, .latency = 1_usec};

CollectiveCall call_on(CollectiveKind kind, RankLayout layout, std::int64_t size) {
  CollectiveCall call;
  call.kind = kind;
  call.size = Bytes{size};
  call.layout = std::move(layout);
  return call;
}

// The server of each participant: a server's switch is in it, others are each on their own.
std::vector<int> places_of(const RankLayout& layout) {
  std::vector<int> places;
  for (int i = 0; i < layout.participants(); ++i) places.push_back(-1 - i);
  for (std::size_t s = 0; s < layout.servers.size(); ++s) {
    for (const Rank r : layout.servers[s])
      places[static_cast<std::size_t>(r)] = static_cast<int>(s);
    if (layout.server_switches.empty()) continue;
    places[static_cast<std::size_t>(layout.server_switches[s])] = static_cast<int>(s);
  }
  return places;
}

// Whether there is a closed form; if so it must be exact.
bool expect_exact(const char* name, const CollectiveCall& call) {
  const Algorithm& algorithm = find_algorithm(call.kind, name);
  const auto program = algorithm.make(call);
  const auto expected = algorithm.closed_form(call, kFast, kSlow);
  if (!expected) return false;
  const std::vector<int> places = places_of(call.layout);
  const Duration end = oracle::end_time(*program, [&](Rank from, Rank to) {
    return places[static_cast<std::size_t>(from)] == places[static_cast<std::size_t>(to)] ? kFast
                                                                                          : kSlow;
  });
  EXPECT_EQ(end.count(), expected->count())
      << algorithm.name << ", " << call.size.count() << " bytes, chunk "
      << call.chunk.value_or(Bytes{0}).count();
  return true;
}

TEST(LayoutClosedForm, SharpOnTreesOfOneToThreeLevels) {
  for (const Rank p : {2, 5, 9}) {
    for (const int levels : {1, 2, 3}) {
      const RankLayout flat = RankLayout::flat(p);
      const RankLayout layout = with_tree(flat, all_ranks(flat), levels, 2);
      for (const std::int64_t size : {0, 1, 4800, 1'000'003}) {
        for (const std::int64_t chunk : {700'001, 70'000, 997}) {
          for (const auto kind : {CollectiveKind::kAllReduce, CollectiveKind::kReduce,
                                  CollectiveKind::kBroadcast, CollectiveKind::kBarrier}) {
            CollectiveCall call = call_on(kind, layout, size);
            call.chunk = Bytes{chunk};
            if (collective(kind).rooted) call.root = p - 1;
            EXPECT_TRUE(expect_exact("sharp", call));
          }
        }
      }
    }
  }
}

TEST(LayoutClosedForm, SharpBetweenServersIsTheSumOfItsStages) {
  for (const int rails : {1, 2, 4}) {
    const RankLayout layout = with_rail_trees(RankLayout::uniform(6, 4), rails, 2, 3);
    for (const std::int64_t size : {0, 13, 4800, 1'000'003}) {
      for (const char* inner : {"ring", "direct"}) {
        CollectiveCall call = call_on(CollectiveKind::kAllReduce, layout, size);
        call.inner = inner;
        EXPECT_TRUE(expect_exact("sharp", call));
      }
    }
  }
}

TEST(LayoutClosedForm, NvlsOnOneServerIsAPipelineOfFourHops) {
  const RankLayout layout = with_server_switches(RankLayout::uniform(1, 8));
  for (const std::int64_t size : {0, 1, 13, 4800, 1'000'003}) {
    for (const std::int64_t chunk : {1'000'003, 131'072, 4'001}) {
      for (const auto kind : {CollectiveKind::kAllReduce, CollectiveKind::kAllGather,
                              CollectiveKind::kReduceScatter}) {
        CollectiveCall call = call_on(kind, layout, size);
        call.chunk = Bytes{chunk};
        EXPECT_TRUE(expect_exact("nvls", call));
      }
    }
  }
  CollectiveCall call = call_on(CollectiveKind::kAllReduce, layout, 1 << 20);
  call.chunk = 128_KiB;
  const Duration piece = kFast.wire(128_KiB);
  EXPECT_EQ(find_algorithm(call.kind, "nvls").closed_form(call, kFast, kSlow),
            9 * piece + 2 * kFast.wire(16_KiB) + 4 * kFast.latency);
}

TEST(LayoutClosedForm, NvlsBetweenServersIsExactForOnePiece) {
  const RankLayout layout = with_server_switches(RankLayout::uniform(4, 8, 8));
  for (const std::int64_t size : {0, 13, 4800, 100'003}) {
    for (const char* outer : {"ring", "double_binary_tree", "halving_doubling"}) {
      CollectiveCall call = call_on(CollectiveKind::kAllReduce, layout, size);
      call.outer = outer;
      EXPECT_TRUE(expect_exact("nvls", call));
      call.chunk = Bytes{1};
      EXPECT_EQ(expect_exact("nvls", call), size == 0);
    }
  }
}

TEST(LayoutClosedForm, LevelsOfGroupsAddUp) {
  CollectiveCall call = call_on(CollectiveKind::kAllReduce, RankLayout::uniform(8, 4), 0);
  const std::vector<std::vector<int>> all_levels{
      {4, 4, 2}, {4, 2, 4}, {2, 2, 8}, {4, 2, 2, 2}, {32}};
  for (const auto& levels : all_levels) {
    for (const std::int64_t size : {0, 13, 4800, 100'003}) {
      call.levels = levels;
      call.size = Bytes{size};
      for (const char* inner : {"ring", "direct"}) {
        call.inner = inner;
        const bool aligned = levels.front() != 32;  // links of one ring over all ranks differ
        EXPECT_EQ(expect_exact("hierarchical", call), aligned);
      }
    }
  }
  call.levels.clear();
  call.layout.pods = {{0, 2, 4, 6}, {1, 3, 5, 7}};
  EXPECT_TRUE(expect_exact("hierarchical", call));
}

TEST(LayoutClosedForm, TorusOnServersPaysEachDimensionItsOwnLinks) {
  for (const auto kind :
       {CollectiveKind::kAllReduce, CollectiveKind::kAllGather, CollectiveKind::kReduceScatter}) {
    for (const std::vector<int>& sides : {std::vector<int>{6, 4}, {2, 3, 4}, {3, 2, 2, 2}}) {
      for (const std::int64_t size : {0, 13, 4800, 100'003}) {
        for (const int channels : {1, 2, 3, 4}) {
          CollectiveCall call = call_on(kind, RankLayout::uniform(6, 4), size);
          call.sides = sides;
          call.channels = channels;
          EXPECT_TRUE(expect_exact("torus", call));
        }
      }
    }
  }
}

TEST(LayoutClosedForm, ParameterServersTakeTwoMessagesOfAShard) {
  CollectiveCall call = call_on(CollectiveKind::kAllReduce, RankLayout::flat(12), 4800);
  const Algorithm& algorithm = find_algorithm(call.kind, "parameter_server");
  EXPECT_EQ(algorithm.closed_form(call, kFast, kSlow), 2 * kSlow.message(Bytes{400}));
  call.layout.helpers = 3;
  call.layout.hosts = {12, 13, 14};
  call.servers = "separate";
  EXPECT_EQ(algorithm.closed_form(call, kFast, kSlow), 2 * kSlow.message(Bytes{1600}));
  EXPECT_TRUE(expect_exact("parameter_server", call));
}

}  // namespace
}  // namespace commsim::layout_closed_form_test
