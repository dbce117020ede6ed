#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "core/error.hpp"
#include "sim/workload/training/parallel_grid.hpp"

namespace commsim::training_parallel_grid_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr std::array kKinds = {
    GroupKind::kTensor,   GroupKind::kContext,        GroupKind::kData,
    GroupKind::kReplicas, GroupKind::kShard,          GroupKind::kShardReplicas,
    GroupKind::kExpert,   GroupKind::kExpertReplicas, GroupKind::kPipeline};

TEST(TrainingParallelGrid, RefusesWhatIsNoOrder) {
  for (const char* text : {"", "tp", "tp-cp-ep-dp", "tp-cp-ep-dp-dp", "tp-cp-ep-dp-pp-",
                           "tp-cp-ep-dp-xx", "tp_cp_ep_dp_pp", "tp-cp-ep-dp-pp-tp"}) {
    EXPECT_THAT([&] { parse_axis_order(text); },
                ThrowsMessage<RequestError>(HasSubstr("such as tp-cp-ep-dp-pp")))
        << text;
  }
}

// With experts as neighbours of tensor ranks, a rank's part of matrices would differ.
TEST(TrainingParallelGrid, RefusesOrdersThatTearTheTwoGridsApart) {
  const Parallelism p{.data = 2, .tensor = 2, .context = 2, .expert = 2};
  EXPECT_NO_THROW(ParallelGrid(p, parse_axis_order("tp-ep-cp-dp-pp")));
  EXPECT_THAT([&] { ParallelGrid(p, parse_axis_order("ep-dp-tp-cp-pp")); },
              ThrowsMessage<RequestError>(HasSubstr("in the order ep-dp-tp-cp-pp")));
}

TEST(TrainingParallelGrid, OrdersAreReadAndWritten) {
  EXPECT_EQ(parse_axis_order("tp-cp-ep-dp-pp"), kMegatronOrder);
  EXPECT_EQ(to_text(parse_axis_order("pp-dp-ep-cp-tp")), "pp-dp-ep-cp-tp");
}

// The example in Megatron-LM's initialisation: 16 GPUs, 2 tensor ranks, 4 stages.
TEST(TrainingParallelGrid, GroupsAreMegatrons) {
  const ParallelGrid grid(Parallelism{.data = 2, .tensor = 2, .pipeline = 4});
  EXPECT_EQ(grid.ranks(), 16);
  EXPECT_THAT(grid.group(GroupKind::kTensor, 0), ElementsAre(0, 1));
  EXPECT_THAT(grid.group(GroupKind::kTensor, 15), ElementsAre(14, 15));
  EXPECT_THAT(grid.group(GroupKind::kData, 0), ElementsAre(0, 2));
  EXPECT_THAT(grid.group(GroupKind::kData, 5), ElementsAre(5, 7));
  EXPECT_THAT(grid.group(GroupKind::kPipeline, 2), ElementsAre(2, 6, 10, 14));
  EXPECT_THAT(grid.group(GroupKind::kEnds, 6), ElementsAre(2, 14));
  EXPECT_THAT(grid.groups(GroupKind::kEnds), ElementsAre(ElementsAre(0, 12), ElementsAre(1, 13),
                                                         ElementsAre(2, 14), ElementsAre(3, 15)));
}

// 2 context and 4 data ranks are 4 expert ranks and 2 replicas of each.
TEST(TrainingParallelGrid, ExpertsAreDividedAmongContextAndDataRanks) {
  const ParallelGrid grid(
      Parallelism{.data = 4, .tensor = 2, .pipeline = 2, .context = 2, .expert = 4});
  EXPECT_THAT(grid.group(GroupKind::kContext, 0), ElementsAre(0, 2));
  EXPECT_THAT(grid.group(GroupKind::kData, 0), ElementsAre(0, 4, 8, 12));
  EXPECT_THAT(grid.group(GroupKind::kExpert, 0), ElementsAre(0, 2, 4, 6));
  EXPECT_THAT(grid.group(GroupKind::kExpertReplicas, 0), ElementsAre(0, 8));
  EXPECT_THAT(grid.group(GroupKind::kReplicas, 1), ElementsAre(1, 3, 5, 7, 9, 11, 13, 15));
  EXPECT_EQ(grid.place(27).expert, 1);
  EXPECT_EQ(grid.place(27).expert_replica, 1);
  EXPECT_EQ(grid.place(27).pipeline, 1);
}

TEST(TrainingParallelGrid, HybridShardsAreNeighbours) {
  const ParallelGrid grid(Parallelism{.data = 8, .zero = ZeroStage::kParameters, .shard_group = 4});
  EXPECT_THAT(grid.group(GroupKind::kShard, 5), ElementsAre(4, 5, 6, 7));
  EXPECT_THAT(grid.group(GroupKind::kShardReplicas, 5), ElementsAre(1, 5));
}

// Every order of the axes: groups of a kind divide the ranks, and places are unique.
TEST(TrainingParallelGrid, GroupsOfAKindDivideTheRanks) {
  AxisOrder order = kMegatronOrder;
  std::sort(order.begin(), order.end());
  int legal = 0;
  do {
    for (const std::int64_t expert : {1, 2, 3, 6}) {
      const Parallelism p{.data = 3, .tensor = 2, .pipeline = 2, .context = 2, .expert = expert};
      std::vector<ParallelGrid> grids;
      try {
        grids.emplace_back(p, order);
      } catch (const RequestError&) {
        EXPECT_GT(expert, 1);
        continue;
      }
      ++legal;
      const ParallelGrid& grid = grids.front();
      for (Rank rank = 0; rank < grid.ranks(); ++rank) EXPECT_EQ(grid.rank(grid.place(rank)), rank);
      for (const GroupKind kind : kKinds) {
        std::set<Rank> seen;
        for (const auto& group : grid.groups(kind)) {
          ASSERT_EQ(std::ssize(group), grid.group_size(kind)) << to_text(kind);
          for (const Rank rank : group) {
            EXPECT_TRUE(seen.insert(rank).second);
            ASSERT_EQ(grid.group(kind, rank), group);
          }
        }
        ASSERT_EQ(std::ssize(seen), grid.ranks()) << to_text(kind) << " " << to_text(order);
      }
    }
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_GE(legal, 120);
}

// What a rank exchanges experts' tokens with has the same stage and the same part of matrices.
TEST(TrainingParallelGrid, ExpertGroupsStayInTheirStage) {
  const ParallelGrid grid(
      Parallelism{.data = 4, .tensor = 2, .pipeline = 2, .context = 2, .expert = 4},
      parse_axis_order("tp-pp-cp-ep-dp"));
  for (const auto& group : grid.groups(GroupKind::kExpert)) {
    const GridPlace first = grid.place(group.front());
    for (const Rank rank : group) {
      EXPECT_EQ(grid.place(rank).pipeline, first.pipeline);
      EXPECT_EQ(grid.place(rank).tensor, first.tensor);
    }
  }
}

}  // namespace
}  // namespace commsim::training_parallel_grid_test
