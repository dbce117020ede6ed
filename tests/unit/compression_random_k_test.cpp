// Random positions that all ranks know.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/support/reducers.hpp"

namespace commsim::compression_random_k_test {
namespace {

using support::reduce;
using support::ReducedVector;
using support::restore;

std::unique_ptr<Reducer> make(const CodecParameters& parameters) {
  return support::make_reducer("random_k", parameters);
}

TEST(RandomK, RefusesMessagesThatNobodyWrote) {
  const auto reducer = make({.density = 0.1});
  ReducedVector message = reduce(*reducer, std::vector<float>(100, 1.0F));
  ASSERT_EQ(message.side.size(), sizeof(std::uint64_t));
  EXPECT_THROW(restore(*reducer, message, 200), DecodeError);
  message.kept.pop_back();
  EXPECT_THROW(restore(*reducer, message, 100), DecodeError);
  message.kept.push_back(1);
  message.side.pop_back();
  EXPECT_THROW(restore(*reducer, message, 100), DecodeError);
  message.side.resize(9);
  EXPECT_THROW(restore(*reducer, message, 100), DecodeError);
}

TEST(RandomK, MessagesOfAllRanksAddUp) {
  const std::vector<float> ones(1000, 1.0F);
  const std::vector<float> twos(1000, 2.0F);
  const auto one = make({.density = 0.05, .seed = 8, .rank_seed = 1});
  const auto other = make({.density = 0.05, .seed = 8, .rank_seed = 2});
  for (int call = 0; call < 5; ++call) {
    ReducedVector sum = reduce(*one, ones);
    const ReducedVector addend = reduce(*other, twos);
    ASSERT_EQ(sum.side, addend.side);
    for (std::size_t i = 0; i < sum.kept.size(); ++i) sum.kept[i] += addend.kept[i];
    const std::vector<float> after = restore(*one, sum, ones.size());
    EXPECT_EQ(std::count(after.begin(), after.end(), 3.0F), 50) << "neither scaled nor mixed";
    EXPECT_EQ(std::count(after.begin(), after.end(), 0.0F), 950);
  }
}

TEST(RandomK, DrawsOtherPositionsInEveryCallAndWithEverySeed) {
  const std::vector<float> ones(1000, 1.0F);
  const auto reducer = make({.density = 0.1, .seed = 1});
  const ReducedVector first = reduce(*reducer, ones);
  const ReducedVector second = reduce(*reducer, ones);
  const std::vector<float> drawn = restore(*reducer, first, ones.size());
  EXPECT_NE(drawn, restore(*reducer, second, ones.size()));
  EXPECT_NE(drawn, restore(*make({.density = 0.1, .seed = 2}), first, ones.size()));
  EXPECT_EQ(drawn, restore(*make({.density = 0.1, .seed = 1}), first, ones.size()))
      << "whoever has the seed can read any message, in any order";
}

TEST(RandomK, KeepsEveryElementEquallyOften) {
  for (const double density : {0.25, 0.75}) {
    const auto reducer = make({.density = density});
    const std::vector<float> ones(100, 1.0F);
    std::vector<double> hits(ones.size());
    constexpr int kCalls = 4000;
    for (int call = 0; call < kCalls; ++call) {
      const std::vector<float> after = restore(*reducer, reduce(*reducer, ones), ones.size());
      for (std::size_t i = 0; i < after.size(); ++i) hits[i] += static_cast<double>(after[i]);
    }
    for (const double count : hits) {
      EXPECT_NEAR(count, kCalls * density, 5 * std::sqrt(kCalls * density * (1 - density)));
    }
  }
}

TEST(RandomK, IsNaNIfItLeavesOutWhatIsNotFinite) {
  std::vector<float> values(100, 1.0F);
  values[7] = std::numeric_limits<float>::infinity();
  const auto reducer = make({.density = 0.5});
  int kept = 0;
  for (int call = 0; call < 50; ++call) {
    const std::vector<float> after = restore(*reducer, reduce(*reducer, values), values.size());
    const auto nans =
        std::count_if(after.begin(), after.end(), [](float x) { return std::isnan(x); });
    EXPECT_EQ(nans, std::isinf(after[7]) ? 0 : 50);
    kept += std::isinf(after[7]) ? 1 : 0;
  }
  EXPECT_GT(kept, 5);
  EXPECT_LT(kept, 45);
}

}  // namespace
}  // namespace commsim::compression_random_k_test
