#include "collectives/compose.hpp"

#include <gtest/gtest.h>

#include "collectives/call_options.hpp"
#include "collectives/proof/checker.hpp"
#include "core/error.hpp"

namespace commsim::compose_test {
namespace {

// Rank 0 sends `messages` messages of `size` bytes to rank 1, one a step; on `lanes` lanes.
class Stream final : public Program {
 public:
  Stream(Bytes size, int messages, int lanes = 1)
      : size_(size), messages_(messages), lanes_(lanes) {}
  [[nodiscard]] int participants() const override { return 2; }
  [[nodiscard]] int lanes() const override { return lanes_; }
  [[nodiscard]] int steps(Rank /*r*/, int /*lane*/) const override { return messages_; }
  void step(Rank r, int lane, int step, Step& out) const override {
    if (lane > 0) out.wait_for({.lane = lane - 1, .step = step});
    if (r == 0) out.send(1, {.length = size_});
    if (r == 1) out.receive(0, {.length = size_}, Combine::kCopy);
  }

 private:
  Bytes size_;
  int messages_;
  int lanes_;
};

std::unique_ptr<Program> stream(std::int64_t size, int messages, int lanes = 1) {
  return std::make_unique<Stream>(Bytes{size}, messages, lanes);
}

Step step_of(const Program& program, Rank r, int lane, int step) {
  Step out;
  program.step(r, lane, step, out);
  return out;
}

Range first_range(const Step& step) { return step.ranges(step.sends()[0])[0]; }

TEST(InParallel, PutsLanesSideBySideAndMovesEachToItsSlice) {
  std::vector<ParallelPart> parts;
  parts.push_back({stream(4, 1, 2), Bytes{0}});
  parts.push_back({stream(6, 3, 2), Bytes{100}});
  const auto both = in_parallel(std::move(parts));
  EXPECT_EQ(both->lanes(), 4);
  EXPECT_EQ(both->steps(0, 1), 1);
  EXPECT_EQ(both->steps(0, 2), 3);
  EXPECT_EQ(first_range(step_of(*both, 0, 0, 0)).offset, Bytes{0});
  EXPECT_EQ(first_range(step_of(*both, 0, 2, 0)).offset, Bytes{100});
  const Step second_lane_of_second = step_of(*both, 0, 3, 1);
  EXPECT_EQ(second_lane_of_second.waits()[0].lane, 2);
  EXPECT_EQ(second_lane_of_second.waits()[0].step, 1);
}

TEST(OnGroups, RenamesPeersAndMovesRanges) {
  std::vector<ProgramGroup> groups;
  groups.push_back({stream(4, 1), {3, 1}, Bytes{8}});
  const auto program = on_groups(5, std::move(groups));
  EXPECT_EQ(program->participants(), 5);
  const Step sending = step_of(*program, 3, 0, 0);
  EXPECT_EQ(sending.sends()[0].peer, 1);
  EXPECT_EQ(first_range(sending).offset, Bytes{8});
  EXPECT_EQ(step_of(*program, 1, 0, 0).receives()[0].peer, 3);
}

TEST(OnGroups, WhoIsInNoGroupHasNoSteps) {
  std::vector<ProgramGroup> groups;
  groups.push_back({stream(4, 2, 1), {0, 1}, Bytes{0}});
  groups.push_back({stream(4, 2, 3), {2, 3}, Bytes{0}});
  const auto program = on_groups(5, std::move(groups));
  EXPECT_EQ(program->lanes(), 3);
  EXPECT_EQ(program->steps(4, 0), 0);
  EXPECT_EQ(program->steps(0, 0), 2);
  EXPECT_EQ(program->steps(0, 1), 0);  // its own program has but one lane
  EXPECT_EQ(program->steps(3, 2), 2);
}

TEST(Pipelined, OnePieceIsAPlainSequence) {
  std::vector<PipelineStage> stages(2);
  stages[0].last = stream(4, 3);
  stages[1].last = stream(4, 2, 2);
  const auto program = pipelined(Pieces(Bytes{4}, Bytes{4}), std::move(stages));
  EXPECT_EQ(program->lanes(), 3);
  EXPECT_EQ(program->steps(0, 0), 3);
  EXPECT_EQ(program->steps(0, 2), 2);
  EXPECT_TRUE(step_of(*program, 0, 0, 0).waits().empty());
  const Step first = step_of(*program, 0, 1, 0);
  ASSERT_EQ(first.waits().size(), 1U);
  EXPECT_EQ(first.waits()[0].lane, 0);
  EXPECT_EQ(first.waits()[0].step, 2);
  EXPECT_TRUE(step_of(*program, 0, 1, 1).waits().empty());
}

TEST(Pipelined, APieceWaitsForItselfInTheStageBefore) {
  std::vector<PipelineStage> stages(2);
  stages[0] = {stream(4, 3, 2), stream(2, 1, 2)};
  stages[1] = {stream(4, 2, 2), stream(2, 2, 2)};
  const auto program = pipelined(Pieces(Bytes{10}, Bytes{4}), std::move(stages));
  EXPECT_EQ(program->steps(0, 0), 3 + 3 + 1);
  EXPECT_EQ(program->steps(0, 2), 2 + 2 + 2);
  // Piece 1 in stage 1: its own wait is moved to its piece, and lanes 0 and 1 have ended on
  // piece 1.
  const Step middle = step_of(*program, 0, 3, 2);
  ASSERT_EQ(middle.waits().size(), 3U);
  EXPECT_EQ(middle.waits()[0].lane, 2);
  EXPECT_EQ(middle.waits()[0].step, 2);
  EXPECT_EQ(middle.waits()[1].lane, 0);
  EXPECT_EQ(middle.waits()[1].step, 5);
  EXPECT_EQ(middle.waits()[2].lane, 1);
  EXPECT_EQ(middle.waits()[2].step, 5);
  EXPECT_EQ(first_range(middle).offset, Bytes{4});
  // The last piece is shorter and has fewer steps in stage 0.
  const Step last = step_of(*program, 0, 2, 4);
  EXPECT_EQ(last.waits()[0].step, 6);
  EXPECT_EQ(first_range(last).offset, Bytes{8});
  EXPECT_EQ(first_range(last).length, Bytes{2});
}

TEST(Pipelined, AStageWithoutStepsIsSkippedWhenWaiting) {
  std::vector<PipelineStage> stages(3);
  stages[0].last = stream(4, 2);
  stages[1].last = stream(4, 0, 2);
  stages[2].last = stream(4, 1);
  const auto program = pipelined(Pieces(Bytes{4}, Bytes{4}), std::move(stages));
  const Step last = step_of(*program, 1, 3, 0);
  ASSERT_EQ(last.waits().size(), 1U);
  EXPECT_EQ(last.waits()[0].lane, 0);
  EXPECT_EQ(last.waits()[0].step, 1);
}

TEST(Pipelined, RefusesMoreStepsThanCanBeCounted) {
  std::vector<PipelineStage> stages(1);
  stages[0] = {stream(1, 1 << 20), stream(1, 1)};
  EXPECT_THROW(pipelined(Pieces(Bytes{1 << 20}, Bytes{1}), std::move(stages)), RequestError);
}

// Trees wait between lanes, rails and servers are groups, and there are several pieces: the whole
// of this file at once.
TEST(Compose, AHierarchyOfTreesInPiecesKeepsTheContract) {
  CollectiveCall call;
  call.size = Bytes{50};
  call.layout = RankLayout::uniform(3, 2);
  call.chunk = Bytes{12};
  call.outer = "double_binary_tree";
  const auto program = find_algorithm(CollectiveKind::kAllReduce, "hierarchical").make(call);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    EXPECT_EQ(find_fault(*program, call, seed).value_or("no fault"), "no fault");
  }
}

}  // namespace
}  // namespace commsim::compose_test
