#include "collectives/programs/torus_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <set>

#include "tests/support/program_sends.hpp"

namespace commsim::torus_program_test {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

CollectiveCall call_on(RankLayout layout, std::vector<int> sides = {}) {
  CollectiveCall call;
  call.size = Bytes{4800};
  call.layout = std::move(layout);
  call.sides = std::move(sides);
  return call;
}

RankLayout torus_layout(std::vector<int> sides) {
  int cells = 1;
  for (const int side : sides) cells *= side;
  RankLayout layout = RankLayout::flat(cells);
  layout.grid_sides = std::move(sides);
  layout.grid_ranks.resize(static_cast<std::size_t>(cells));
  std::iota(layout.grid_ranks.begin(), layout.grid_ranks.end(), 0);
  return layout;
}

std::unique_ptr<Program> all_reduce(const CollectiveCall& call) {
  return make_torus(RingPhases::kBoth, call);
}

TEST(Torus, RefusesSidesWhoseProductIsNotTheNumberOfRanks) {
  for (const std::vector<int>& sides : {std::vector<int>{5, 3},
                                        {0, 16},
                                        {-4, -4},
                                        {16, 1000000, 1000000},
                                        std::vector<int>(20, 1)}) {
    EXPECT_THAT([&] { all_reduce(call_on(RankLayout::flat(16), sides)); },
                ThrowsMessage<RequestError>(HasSubstr("whose product is the number of ranks, 16")));
  }
}

TEST(Torus, RefusesMoreChannelsThanWaysRound) {
  CollectiveCall call = call_on(torus_layout({4, 4}));
  call.channels = 4;
  EXPECT_EQ(all_reduce(call)->lanes(), 4);
  call.channels = 5;
  EXPECT_THAT([&] { all_reduce(call); },
              ThrowsMessage<RequestError>(HasSubstr("legal are 1 to 4: two ways round in each "
                                                    "dimension of 4 x 4")));
}

TEST(Torus, ByDefaultUsesAllWaysRoundTheLayoutsGridAndElseOne) {
  EXPECT_EQ(all_reduce(call_on(torus_layout({4, 4, 4})))->lanes(), 6);
  EXPECT_EQ(all_reduce(call_on(torus_layout({2, 2, 2})))->lanes(), 3);
  EXPECT_EQ(all_reduce(call_on(torus_layout({4, 4}), {2, 8}))->lanes(), 1);
  EXPECT_EQ(all_reduce(call_on(RankLayout::flat(16)))->lanes(), 1);
}

TEST(Torus, WithoutSidesTakesServersOrTheMostSquareGrid) {
  EXPECT_EQ(grid_of(call_on(torus_layout({2, 3, 4}))).sides(), (std::vector<int>{2, 3, 4}));
  EXPECT_EQ(grid_of(call_on(RankLayout::uniform(3, 8))).sides(), (std::vector<int>{3, 8}));
  EXPECT_EQ(grid_of(call_on(RankLayout::flat(24))).sides(), (std::vector<int>{4, 6}));
  EXPECT_EQ(grid_of(call_on(RankLayout::flat(7))).sides(), (std::vector<int>{1, 7}));
}

// 2 (p - 1) / p of the data leave and enter every rank: no schedule can do with less.
TEST(Torus, SendsTheFewestBytesPossible) {
  for (const std::vector<int>& sides : {std::vector<int>{4, 4}, {2, 8}, {16}, {2, 2, 4}}) {
    for (const int channels : {1, 2}) {
      CollectiveCall call = call_on(torus_layout(sides));
      call.channels = channels;
      const auto program = all_reduce(call);
      for (Rank r = 0; r < 16; ++r) {
        EXPECT_EQ(sends::leaving(*program, r), 2 * 4800 * 15 / 16);
        EXPECT_EQ(sends::entering(*program, r), 2 * 4800 * 15 / 16);
      }
    }
  }
}

TEST(Torus, AllChannelsTogetherUseEveryLinkBothWaysInEveryStep) {
  for (const std::vector<int>& sides : {std::vector<int>{4, 4}, {3, 3, 3}, {5}}) {
    const CollectiveCall call = call_on(torus_layout(sides));
    const auto program = all_reduce(call);
    const RankGrid grid = grid_of(call);
    std::map<int, std::set<std::pair<Rank, Rank>>> links;  // by step
    std::size_t messages = 0;
    sends::for_each(*program, [&](Rank from, int, int step, const Transfer& sent) {
      EXPECT_TRUE(links[step].emplace(from, sent.peer).second) << "twice in step " << step;
      ++messages;
      int differing = 0;
      for (int d = 0; d < grid.dimensions(); ++d) {
        const int away = grid.coordinate(from, d) - grid.coordinate(sent.peer, d);
        if (away == 0) continue;
        ++differing;
        EXPECT_TRUE(std::abs(away) == 1 || std::abs(away) == grid.side(d) - 1);
      }
      EXPECT_EQ(differing, 1);
    });
    const std::size_t all = static_cast<std::size_t>(grid.ranks()) * 2 * sides.size();
    EXPECT_EQ(messages, all * links.size());
  }
}

// As many rings, as many bytes a link, but 12 instead of 30 latencies.
TEST(Torus, OnPaperTwoDimensionsBeatOneRingAtEverySize) {
  const AlphaBetaCost link{.bandwidth = 400_Gbps, .latency = 1_usec};
  const Algorithm& torus = find_algorithm(CollectiveKind::kAllReduce, "torus");
  const Algorithm& ring = find_algorithm(CollectiveKind::kAllReduce, "ring");
  for (const int channels : {1, 2, 4}) {
    for (std::int64_t size = 64; size <= std::int64_t{1} << 33; size *= 8) {
      CollectiveCall call = call_on(torus_layout({4, 4}));
      call.channels = channels;
      call.size = Bytes{size};
      const Duration two = torus.closed_form(call, link, link).value();
      const Duration one = ring.closed_form(call, link, link).value();
      EXPECT_LT(two, one) << size;
      EXPECT_GE(one - two, 18 * link.latency) << size;
    }
  }
}

TEST(Torus, ServersOfAGridKeepTheFirstDimensionInside) {
  const CollectiveCall call = call_on(RankLayout::uniform(2, 8));
  const auto program = all_reduce(call);
  const auto crossing =
      sends::bytes(*program, [](Rank from, Rank to) { return from / 8 != to / 8; });
  EXPECT_EQ(crossing, 16 * 4800 / 8);  // a half, twice, of a share of an eighth, from each rank
}

}  // namespace
}  // namespace commsim::torus_program_test
