// The costs that the literature gives, where shards are equal: T = L / B + D, a = D and b = 1 / B.
#include <gtest/gtest.h>

#include "collectives/algorithm.hpp"
#include "collectives/logarithm.hpp"

namespace commsim::textbook_costs_test {
namespace {

constexpr Duration kA = 3_usec;
constexpr AlphaBetaCost kLink{.bandwidth = 8_Gbps, .latency = kA};  // a byte takes a nanosecond

Duration on_wire(Bytes size) { return size.count() * Duration{1000}; }

Duration time(CollectiveKind kind, const char* name, Rank ranks, Bytes size,
              std::optional<Bytes> chunk = std::nullopt) {
  CollectiveCall call;
  call.kind = kind;
  call.size = size;
  call.layout = RankLayout::flat(ranks);
  call.chunk = chunk;
  const auto expected = find_algorithm(kind, name).closed_form(call, kLink, kLink);
  EXPECT_TRUE(expected.has_value()) << name << " on " << ranks;
  return expected.value_or(Duration{-1});
}

const std::vector<Rank> kPowers{1, 2, 4, 8, 16, 32, 64, 128};

// floor(lg p) a + ceil(lg p) S b, and the same with floors for the reduction.
TEST(TextbookCost, BinomialTreesOfWholeVectors) {
  for (Rank p = 1; p <= 100; ++p) {
    EXPECT_EQ(time(CollectiveKind::kBroadcast, "binomial_tree", p, 1000_B),
              floor_lg(p) * kA + ceil_lg(p) * on_wire(1000_B));
    EXPECT_EQ(time(CollectiveKind::kReduce, "binomial_tree", p, 1000_B),
              floor_lg(p) * (kA + on_wire(1000_B)));
    EXPECT_EQ(time(CollectiveKind::kAllReduce, "binomial_tree", p, 1000_B),
              2 * floor_lg(p) * kA + (ceil_lg(p) + floor_lg(p)) * on_wire(1000_B));
    EXPECT_EQ(time(CollectiveKind::kBarrier, "binomial_tree", p, 0_B), 2 * floor_lg(p) * kA);
  }
}

// lg p a + (p-1)/p S b
TEST(TextbookCost, LogarithmicStepsOfShards) {
  for (const Rank p : kPowers) {
    const Bytes shard{100};
    const Duration cost = floor_lg(p) * kA + on_wire(shard * (p - 1));
    EXPECT_EQ(time(CollectiveKind::kGather, "binomial_tree", p, shard * p), cost);
    EXPECT_EQ(time(CollectiveKind::kScatter, "binomial_tree", p, shard * p), cost);
    EXPECT_EQ(time(CollectiveKind::kAllGather, "recursive_doubling", p, shard * p), cost);
    EXPECT_EQ(time(CollectiveKind::kReduceScatter, "recursive_halving", p, shard * p), cost);
    EXPECT_EQ(time(CollectiveKind::kAllGather, "bruck", p, shard * p), cost);
    EXPECT_EQ(time(CollectiveKind::kAllGather, "pat", p, shard * p), cost);
    EXPECT_EQ(time(CollectiveKind::kReduceScatter, "pat", p, shard * p), cost);
  }
}

// ceil(lg p) a + (p-1)/p S b
TEST(TextbookCost, BruckAndPatForAnyNumberOfRanks) {
  for (Rank p = 1; p <= 100; ++p) {
    const Duration cost = ceil_lg(p) * kA + on_wire(Bytes{100} * (p - 1));
    EXPECT_EQ(time(CollectiveKind::kAllGather, "bruck", p, Bytes{100} * p), cost);
    EXPECT_EQ(time(CollectiveKind::kAllGather, "pat", p, Bytes{100} * p), cost);
  }
}

// (p-1) (a + S b / p)
TEST(TextbookCost, PairwiseExchange) {
  for (Rank p = 1; p <= 30; ++p) {
    const Duration cost = (p - 1) * (kA + on_wire(100_B));
    EXPECT_EQ(time(CollectiveKind::kAllToAll, "pairwise", p, Bytes{100} * p), cost);
    EXPECT_EQ(time(CollectiveKind::kReduceScatter, "pairwise", p, Bytes{100} * p), cost);
  }
}

// p/2 a + (p-1)/p S b
TEST(TextbookCost, NeighborExchange) {
  for (Rank p = 2; p <= 30; p += 2) {
    EXPECT_EQ(time(CollectiveKind::kAllGather, "neighbor_exchange", p, Bytes{100} * p),
              p / 2 * kA + on_wire(Bytes{100} * (p - 1)));
  }
}

// lg p (a + S b / 2)
TEST(TextbookCost, BruckAllToAll) {
  for (const Rank p : kPowers) {
    EXPECT_EQ(time(CollectiveKind::kAllToAll, "bruck", p, Bytes{100} * p),
              floor_lg(p) * (kA + on_wire(Bytes{50} * p)));
  }
}

// (p - 2 + k) (a + S b / k) with the latency of the links only: a piece does not wait for it.
TEST(TextbookCost, PipelinedChains) {
  for (const Rank p : {2, 3, 8, 33}) {
    for (const std::int64_t k : {1, 2, 10, 100}) {
      const Duration filled = (p - 1) * kA + (p - 2 + k) * on_wire(10_B);
      const Bytes size = Bytes{10} * k;
      EXPECT_EQ(time(CollectiveKind::kBroadcast, "chain", p, size, 10_B), filled);
      EXPECT_EQ(time(CollectiveKind::kReduce, "chain", p, size, 10_B), filled);
      EXPECT_EQ(time(CollectiveKind::kAllReduce, "chain", p, size, 10_B),
                2 * (p - 1) * kA + (2 * p - 3 + k) * on_wire(10_B));
    }
  }
}

// (lg p + p - 1) a + 2 (p-1)/p S b
TEST(TextbookCost, BroadcastByScatterAndAllGather) {
  for (const Rank p : kPowers) {
    EXPECT_EQ(time(CollectiveKind::kBroadcast, "scatter_all_gather", p, Bytes{100} * p),
              (floor_lg(p) + p - 1) * kA + 2 * on_wire(Bytes{100} * (p - 1)));
  }
}

// a + S b, and 2 (a + S b / p)
TEST(TextbookCost, OneAndTwoShots) {
  for (const Rank p : {2, 3, 8, 100}) {
    const Bytes size = Bytes{100} * p;
    EXPECT_EQ(time(CollectiveKind::kAllReduce, "one_shot", p, size), kA + on_wire(size));
    const Duration direct = time(CollectiveKind::kReduceScatter, "direct", p, size) +
                            time(CollectiveKind::kAllGather, "direct", p, size);
    EXPECT_EQ(time(CollectiveKind::kAllReduce, "two_shot", p, size), direct);
    EXPECT_EQ(direct, 2 * (kA + on_wire(100_B)));
  }
}

// h a + (S/2 + (h-1) c) b: half of what a chain needs, and a logarithm of its latency.
TEST(TextbookCost, DoubleBinaryTreesMoveHalfOfTheData) {
  for (const Rank p : {2, 3, 4, 8, 9, 64}) {
    const int height = floor_lg(p - 1) + 1;
    for (const auto kind : {CollectiveKind::kBroadcast, CollectiveKind::kReduce}) {
      EXPECT_EQ(time(kind, "double_binary_tree", p, 100'000_B, 10_B),
                height * kA + on_wire(50'000_B + (height - 1) * 10_B));
    }
  }
}

// ceil(lg p) a
TEST(TextbookCost, DisseminationBarrier) {
  for (Rank p = 1; p <= 100; ++p) {
    EXPECT_EQ(time(CollectiveKind::kBarrier, "dissemination", p, 0_B), ceil_lg(p) * kA);
  }
}

}  // namespace
}  // namespace commsim::textbook_costs_test
