#include "collectives/programs/swing_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "tests/support/program_sends.hpp"

namespace commsim::swing_program_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

RankGrid grid(std::vector<int> sides) {
  int cells = 1;
  for (const int side : sides) cells *= side;
  std::vector<Rank> ranks(static_cast<std::size_t>(cells));
  std::iota(ranks.begin(), ranks.end(), 0);
  return {std::move(sides), std::move(ranks)};
}

// The links between two cells of a torus.
int hops(const RankGrid& at, Rank a, Rank b) {
  int sum = 0;
  for (int d = 0; d < at.dimensions(); ++d) {
    const int away = std::abs(at.coordinate(a, d) - at.coordinate(b, d));
    sum += std::min(away, at.side(d) - away);
  }
  return sum;
}

const std::vector<std::vector<int>> kGrids{{2},     {4},       {8},    {16},    {32},   {64},
                                           {128},   {256},     {2, 2}, {2, 4},  {4, 4}, {8, 8},
                                           {2, 16}, {4, 4, 4}, {1, 8}, {16, 16}};

TEST(Swing, RefusesOtherSidesThanPowersOfTwo) {
  CollectiveCall call;
  call.layout = RankLayout::flat(12);
  EXPECT_THAT([&] { make_swing(SwingVariant::kBandwidth, call); },
              ThrowsMessage<RequestError>(AllOf(HasSubstr("powers of two, and they are 12"),
                                                HasSubstr("legal here: "), HasSubstr("ring"))));
  call.sides = {4, 3};
  EXPECT_THAT([&] { make_swing(SwingVariant::kLatency, call); },
              ThrowsMessage<RequestError>(HasSubstr("they are 4 x 3")));
}

TEST(Swing, DistancesAreThoseOfThePaper) {
  const RankGrid row = grid({256});
  const SwingSteps steps(row, 0);
  const std::vector<Rank> peers{1, 255, 3, 251, 11, 235, 43, 171};
  for (int s = 0; s < 8; ++s) EXPECT_EQ(steps.peer(row, 0, s), peers[static_cast<std::size_t>(s)]);
}

TEST(Swing, EveryStepIsAPerfectMatchingAndTheStepsReachAll) {
  for (const auto& sides : kGrids) {
    const RankGrid at = grid(sides);
    for (int channel = 0; channel < 2 * at.dimensions(); ++channel) {
      const SwingSteps steps(at, channel);
      EXPECT_EQ(1 << steps.count(), at.ranks());
      for (Rank cell = 0; cell < at.ranks(); ++cell) {
        std::set<Rank> reached{cell};
        for (int s = 0; s < steps.count(); ++s) {
          EXPECT_EQ(steps.peer(at, steps.peer(at, cell, s), s), cell);
          EXPECT_NE(steps.peer(at, cell, s), cell);
        }
        for (int s = steps.count(); s-- > 0;) {
          std::set<Rank> more = reached;
          for (const Rank r : reached) more.insert(steps.peer(at, r, s));
          reached = std::move(more);
        }
        ASSERT_EQ(static_cast<Rank>(reached.size()), at.ranks());
      }
    }
  }
}

TEST(Swing, TakesFewerHopsOnATorusThanRecursiveDoubling) {
  for (const auto& sides : kGrids) {
    const RankGrid at = grid(sides);
    const SwingSteps steps(at, 0);
    int swing = 0;
    int doubling = 0;
    for (Rank cell = 0; cell < at.ranks(); ++cell) {
      for (int s = 0; s < steps.count(); ++s) swing += hops(at, cell, steps.peer(at, cell, s));
      for (int bit = 1; bit < at.ranks(); bit *= 2) doubling += hops(at, cell, cell ^ bit);
    }
    if (*std::max_element(sides.begin(), sides.end()) > 2) {
      EXPECT_LT(swing, doubling) << at.ranks();
    } else {
      EXPECT_EQ(swing, doubling) << at.ranks();
    }
  }
}

TEST(Swing, TheBandwidthVariantSendsTheFewestBytesPossible) {
  CollectiveCall call;
  call.layout = RankLayout::flat(16);
  call.sides = {4, 4};
  call.size = Bytes{4800};
  for (const int channels : {1, 2, 4}) {
    call.channels = channels;
    const auto program = make_swing(SwingVariant::kBandwidth, call);
    EXPECT_EQ(program->steps(0, 0), 8);
    for (Rank r = 0; r < 16; ++r) EXPECT_EQ(sends::leaving(*program, r), 2 * 4800 * 15 / 16);
  }
  call.channels = 1;
  const auto latency = make_swing(SwingVariant::kLatency, call);
  EXPECT_EQ(latency->steps(0, 0), 4);
  EXPECT_EQ(sends::leaving(*latency, 0), 4 * 4800);
}

}  // namespace
}  // namespace commsim::swing_program_test
