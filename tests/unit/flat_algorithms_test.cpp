// What the laws cannot see of the flat algorithms: how many messages, how far, and in which order.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectives/logarithm.hpp"
#include "collectives/proof/checker.hpp"
#include "tests/support/algorithm_calls.hpp"

namespace commsim::flat_algorithms_test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

CollectiveCall call_of(CollectiveKind kind, Rank ranks, Bytes size) {
  CollectiveCall call;
  call.kind = kind;
  call.size = size;
  call.layout = RankLayout::flat(ranks);
  return call;
}

std::unique_ptr<Program> make(const char* name, const CollectiveCall& call) {
  return find_algorithm(call.kind, name).make(call);
}

std::string refusal(const char* name, const CollectiveCall& call) {
  try {
    std::ignore = make(name, call);
  } catch (const RequestError& error) {
    return error.what();
  }
  return "accepted";
}

struct Sent {
  Rank distance;  // of the receiver from the sender, upwards
  Bytes size;
};

// What a rank sends in its only lane, one message a step.
std::vector<Sent> messages(const Program& program, Rank r) {
  std::vector<Sent> sent;
  Step step;
  for (int s = 0; s < program.steps(r, 0); ++s) {
    step.clear();
    program.step(r, 0, s, step);
    EXPECT_EQ(step.sends().size(), 1U) << "step " << s;
    EXPECT_EQ(step.receives().size(), 1U) << "step " << s;
    if (step.sends().empty()) continue;
    const Rank p = program.participants();
    sent.push_back({(step.sends()[0].peer - r + p) % p, step.sends()[0].size});
  }
  return sent;
}

std::vector<Rank> distances(const std::vector<Sent>& sent) {
  std::vector<Rank> all;
  for (const Sent& each : sent) all.push_back(each.distance);
  return all;
}

TEST(RecursiveDoubling, RefusesWhatIsNoPowerOfTwoAndNamesTheNext) {
  EXPECT_THAT(refusal("recursive_doubling", call_of(CollectiveKind::kAllGather, 6, 48_B)),
              AllOf(HasSubstr("power of two"), HasSubstr("4 and 8"), HasSubstr("ring")));
  EXPECT_THAT(refusal("recursive_halving", call_of(CollectiveKind::kReduceScatter, 9, 48_B)),
              AllOf(HasSubstr("recursive_halving"), HasSubstr("8 and 16")));
}

TEST(NeighborExchange, RefusesAnOddNumberOfRanks) {
  EXPECT_THAT(refusal("neighbor_exchange", call_of(CollectiveKind::kAllGather, 7, 48_B)),
              AllOf(HasSubstr("even number"), HasSubstr("6 and 8"), HasSubstr("bruck")));
}

TEST(BruckAllToAll, RefusesAMatrix) {
  CollectiveCall call = call_of(CollectiveKind::kAllToAll, 2, 3_B);
  call.matrix = {{1_B, 2_B}, {0_B, 1_B}};
  EXPECT_THAT(refusal("bruck", call), AllOf(HasSubstr("no matrix"), HasSubstr("pairwise")));
}

TEST(RootedCollectives, KeepTheContractForEveryRootAndLayout) {
  std::vector<RankLayout> layouts{RankLayout::uniform(2, 3, 3), RankLayout::uniform(3, 2, 2),
                                  RankLayout{.servers = {{0, 1, 2}, {3}, {4, 5}}, .rails = 2}};
  for (Rank p = 2; p <= 9; ++p) layouts.push_back(RankLayout::flat(p));
  for (const Algorithm* algorithm : Registry<Algorithm>::entries()) {
    const CollectiveKind kind = calls::kind_of(*algorithm);
    if (!collective(kind).rooted) continue;
    for (const RankLayout& layout : layouts) {
      for (Rank root = 0; root < layout.ranks(); ++root) {
        CollectiveCall call = call_of(kind, 1, 39_B);
        call.element = 3_B;
        call.layout = layout;
        call.root = root;
        const auto program = calls::made(*algorithm, call);
        if (program == nullptr) continue;
        EXPECT_EQ(find_fault(*program, call, 1).value_or("no fault"), "no fault")
            << algorithm->name << ": " << calls::text_of(call);
      }
    }
  }
}

TEST(BruckAllGather, TakesTheLogarithmOfStepsForAnyNumberOfRanks) {
  for (Rank p = 1; p <= 70; ++p) {
    const auto program = make("bruck", call_of(CollectiveKind::kAllGather, p, Bytes{p}));
    EXPECT_EQ(messages(*program, 0).size(), static_cast<std::size_t>(ceil_lg(p)));
  }
}

TEST(BruckAllToAll, SendsHalfOfTheDataInEachStepOfAPowerOfTwo) {
  const auto program = make("bruck", call_of(CollectiveKind::kAllToAll, 16, 160_B));
  ASSERT_EQ(program->steps(5, 0), 1 + 4);
  Step step;
  program->step(5, 0, 0, step);
  EXPECT_TRUE(step.sends().empty());  // only turns the blocks round
  for (int s = 1; s <= 4; ++s) {
    step.clear();
    program->step(5, 0, s, step);
    ASSERT_EQ(step.sends().size(), 1U);
    EXPECT_EQ(step.sends()[0].peer, 5 + (1 << (s - 1)));
    EXPECT_EQ(step.sends()[0].size, 80_B);
  }
}

TEST(PatAllGather, SendsFarFirstAndMostBytesNear) {
  const auto sent = messages(*make("pat", call_of(CollectiveKind::kAllGather, 16, 16_KiB)), 3);
  EXPECT_THAT(distances(sent), ElementsAre(8, 4, 2, 1));
  EXPECT_EQ(sent.front().size, 1_KiB);
  EXPECT_EQ(sent.back().size, 8_KiB);
}

TEST(PatReduceScatter, IsTheAllGatherBackwards) {
  const auto sent = messages(*make("pat", call_of(CollectiveKind::kReduceScatter, 16, 16_KiB)), 3);
  EXPECT_THAT(distances(sent), ElementsAre(16 - 1, 16 - 2, 16 - 4, 16 - 8));
  EXPECT_EQ(sent.front().size, 8_KiB);
  EXPECT_EQ(sent.back().size, 1_KiB);
}

TEST(Pat, TakesTheLogarithmOfStepsForAnyNumberOfRanks) {
  for (Rank p = 1; p <= 70; ++p) {
    const auto program = make("pat", call_of(CollectiveKind::kAllGather, p, Bytes{p}));
    EXPECT_EQ(program->steps(0, 0), ceil_lg(p)) << p;
  }
}

TEST(Pat, FallsBackToSequentialTreesWhereTheBufferIsSmall) {
  CollectiveCall call = call_of(CollectiveKind::kAllGather, 16, 16_KiB);
  for (int k = 0; k <= 3; ++k) {
    call.chunk = 1_KiB * (1 << k);
    const auto program = make("pat", call);
    EXPECT_EQ(program->steps(0, 0), k + (1 << (4 - k)) - 1);
    for (const Sent& sent : messages(*program, 0)) EXPECT_LE(sent.size, *call.chunk);
  }
  call.chunk = 512_B;  // less than a shard, which is never cut
  EXPECT_EQ(make("pat", call)->steps(0, 0), 15);
}

// 0 has the subtrees 4 (6 (7), 5), 2 (3) and 1.
TEST(Pat, WalksSequentialTreesFarSubtreesFirst) {
  CollectiveCall call = call_of(CollectiveKind::kAllGather, 8, 8_B);
  call.chunk = 1_B;
  EXPECT_THAT(distances(messages(*make("pat", call), 0)), ElementsAre(4, 2, 1, 1, 2, 1, 1));
}

TEST(Pat, HasABufferOfFourMebibytesByDefault) {
  const CollectiveCall call = call_of(CollectiveKind::kAllGather, 16, 32_MiB);
  EXPECT_EQ(make("pat", call)->steps(0, 0), 1 + 7);  // two shards of 2 MiB
}

TEST(Pairwise, SendsOneMessageAStepToEachPeerInTurn) {
  for (const auto kind : {CollectiveKind::kAllToAll, CollectiveKind::kReduceScatter}) {
    const auto program = make("pairwise", call_of(kind, 6, 60_B));
    EXPECT_THAT(distances(messages(*program, 4)), ElementsAre(1, 2, 3, 4, 5));
  }
}

TEST(AllToAll, CopiesTheOwnBlockInsteadOfSendingIt) {
  for (const char* name : {"direct", "pairwise", "bruck"}) {
    const auto program = make(name, call_of(CollectiveKind::kAllToAll, 1, 60_B));
    ASSERT_EQ(program->steps(0, 0), 1) << name;
    Step step;
    program->step(0, 0, 0, step);
    EXPECT_TRUE(step.sends().empty());
    ASSERT_EQ(step.copies().size(), 1U) << name;
    EXPECT_EQ(step.copies()[0].from.size(), 60_B);
  }
}

TEST(Chain, IsPipelined) {
  CollectiveCall call = call_of(CollectiveKind::kReduce, 5, 70_B);
  call.root = 2;
  call.chunk = 10_B;
  const auto program = make("chain", call);
  EXPECT_EQ(program->steps(3, 0), 7);  // the far end only sends
  EXPECT_EQ(program->steps(0, 0), 8);
  Step step;
  program->step(0, 0, 4, step);  // takes piece 4 while it passes piece 3 on
  EXPECT_EQ(step.receives()[0].peer, 4);
  EXPECT_EQ(step.ranges(step.receives()[0])[0].offset, 40_B);
  EXPECT_EQ(step.sends()[0].peer, 1);
  EXPECT_EQ(step.ranges(step.sends()[0])[0].offset, 30_B);
}

TEST(DoubleBinaryTree, OfABroadcastLetsNobodyButTheRootSendMoreThanItReceives) {
  for (Rank p = 3; p <= 40; ++p) {
    CollectiveCall call = call_of(CollectiveKind::kBroadcast, p, 64_B);
    call.root = p / 2;
    const auto program = make("double_binary_tree", call);
    ASSERT_EQ(program->lanes(), 2);
    Step step;
    for (Rank r = 0; r < p; ++r) {
      Bytes sent{0};
      for (const int lane : {0, 1}) {
        Bytes received{0};
        for (int s = 0; s < program->steps(r, lane); ++s) {
          step.clear();
          program->step(r, lane, s, step);
          for (const Transfer& each : step.sends()) sent += each.size;
          for (const Transfer& each : step.receives()) received += each.size;
        }
        EXPECT_EQ(received, r == call.root ? 0_B : 32_B);
      }
      EXPECT_LE(sent, 64_B) << "rank " << r << " of " << p;
    }
  }
}

}  // namespace
}  // namespace commsim::flat_algorithms_test
