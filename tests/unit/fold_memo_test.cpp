#include "sim/workload/fold_memo.hpp"

#include <gmock/gmock.h>

#include <thread>

#include "collectives/algorithm.hpp"
#include "tests/support/simulation.hpp"
#include "topology/analysis/link_orbits.hpp"

namespace commsim::fold_memo_test {
namespace {

using testing::ElementsAre;

std::unique_ptr<Program> ring(Rank ranks, Bytes size) {
  return find_algorithm(CollectiveKind::kAllReduce, "ring")
      .make({.size = size, .layout = RankLayout::flat(ranks)});
}

TEST(LinkOrbits, AreSinglesAtFirst) { EXPECT_THAT(LinkOrbits(3).take(), ElementsAre(0, 1, 2)); }

TEST(LinkOrbits, JoinUnderOneSymmetryAfterAnother) {
  LinkOrbits orbits(8);
  orbits.join(std::vector<LinkId>{4, 5, 6, 7, 0, 1, 2, 3});  // halves change places
  orbits.join(std::vector<LinkId>{2, 1, 0, 3, 6, 5, 4, 7});  // 0 and 2 of each half do
  EXPECT_THAT(std::move(orbits).take(), ElementsAre(0, 1, 0, 3, 0, 1, 0, 3));
}

TEST(FoldMemo, FindsNothingWhereChunksDiffer) {
  FoldMemo memo;
  EXPECT_EQ(memo.find(star(6), *ring(6, Bytes{7})), nullptr);
}

TEST(FoldMemo, HasOneFoldForProgramsOfTheSameSymmetries) {
  FoldMemo memo;
  const Topology topology = star(6);
  const Fold* first = memo.find(topology, *ring(6, 6_KiB));
  ASSERT_NE(first, nullptr);
  EXPECT_THAT(first->representatives, ElementsAre(0));
  EXPECT_EQ(memo.find(topology, *ring(6, 12_KiB)), first);
}

TEST(FoldMemo, MayBeAskedByManyAtOnce) {
  FoldMemo memo;
  const Topology topology = star(64);
  const auto program = ring(64, 64_KiB);
  std::vector<const Fold*> found(4);
  {
    std::vector<std::jthread> threads;
    for (const Fold*& fold : found) {
      threads.emplace_back([&] { fold = memo.find(topology, *program); });
    }
  }
  for (const Fold* fold : found) EXPECT_EQ(fold, memo.find(topology, *program));
}

}  // namespace
}  // namespace commsim::fold_memo_test
