// The checker is worth what it rejects: every algorithm with one step spoilt must fail.
#include <gtest/gtest.h>

#include "collectives/checker.hpp"
#include "tests/support/algorithm_calls.hpp"

namespace commsim {
namespace {

enum class Mutation {
  kNone,
  kMissingStep,
  kOtherCombine,
  kWrongChunk,
  kDeadlock,
  kShortMessage,
  kMissingWait
};

/// A program with one step of one lane changed.
class Mutant final : public Program {
 public:
  Mutant(const Program& original, Mutation mutation, Rank rank, int lane, int step)
      : original_(original), mutation_(mutation), rank_(rank), lane_(lane), step_(step) {}

  [[nodiscard]] int participants() const override { return original_.participants(); }
  [[nodiscard]] int lanes() const override { return original_.lanes(); }
  [[nodiscard]] int steps(Rank r, int lane) const override { return original_.steps(r, lane); }
  void step(Rank r, int lane, int step, Step& out) const override {
    if (r != rank_ || lane != lane_ || step != step_) {
      original_.step(r, lane, step, out);
      return;
    }
    Step before;
    original_.step(r, lane, step, before);
    if (mutation_ != Mutation::kMissingWait) {
      for (const Wait& wait : before.waits()) out.wait_for(wait);
    }
    if (mutation_ == Mutation::kDeadlock) out.wait_for({.lane = lane, .step = step});
    if (mutation_ == Mutation::kMissingStep) return;
    for (const Transfer& sent : before.sends()) {
      out.send(sent.peer, changed(before.ranges(sent)[0], Mutation::kShortMessage));
    }
    for (std::size_t i = 0; i < before.receives().size(); ++i) {
      const Transfer& received = before.receives()[i];
      const bool reduces =
          (before.combine(i) == Combine::kReduce) != (mutation_ == Mutation::kOtherCombine);
      out.receive(received.peer, changed(before.ranges(received)[0], Mutation::kWrongChunk),
                  reduces ? Combine::kReduce : Combine::kCopy);
    }
  }

 private:
  [[nodiscard]] Range changed(Range range, Mutation by) const {
    if (by != mutation_) return range;
    if (mutation_ == Mutation::kShortMessage) range.length -= Bytes{1};
    if (mutation_ == Mutation::kWrongChunk) {
      range.offset += Bytes{range.offset == Bytes{0} ? 1 : -1};
    }
    return range;
  }

  const Program& original_;
  Mutation mutation_;
  Rank rank_;
  int lane_;
  int step_;
};

class CheckerMutation : public ::testing::TestWithParam<const Algorithm*> {};

CollectiveCall call_of(const Algorithm& algorithm, RankLayout layout) {
  CollectiveCall call;
  call.kind = calls::kind_of(algorithm);
  call.size = Bytes{48};
  call.layout = std::move(layout);
  if (calls::takes(algorithm, "pattern")) call.pattern = "many_to_many";
  if (calls::takes(algorithm, "chunk")) call.chunk = Bytes{16};
  return call;
}

// Spoils every step in turn, where it has what the mutation needs.
void expect_rejected(const Algorithm& algorithm, Mutation mutation) {
  int mutants = 0;
  for (const RankLayout& layout :
       {RankLayout::flat(4), RankLayout::flat(5), RankLayout::uniform(2, 3, 2)}) {
    const CollectiveCall call = call_of(algorithm, layout);
    const auto program = algorithm.make(call);
    for (Rank r = 0; r < program->participants(); ++r) {
      for (int lane = 0; lane < program->lanes(); ++lane) {
        for (int s = 0; s < program->steps(r, lane); ++s) {
          Step step;
          program->step(r, lane, s, step);
          const bool needs_receive =
              mutation == Mutation::kOtherCombine || mutation == Mutation::kWrongChunk;
          const auto transfers = needs_receive ? step.receives() : step.sends();
          if (mutation != Mutation::kDeadlock && mutation != Mutation::kMissingStep) {
            if (transfers.empty() || transfers[0].size == Bytes{0}) continue;
          }
          ++mutants;
          const Mutant mutant(*program, mutation, r, lane, s);
          EXPECT_NE(find_fault(mutant, call, 1).value_or("accepted"), "accepted")
              << "rank " << r << " lane " << lane << " step " << s << ": " << calls::text_of(call);
        }
      }
    }
  }
  EXPECT_GT(mutants, 0);
}

TEST_P(CheckerMutation, AcceptsTheOriginal) {
  const CollectiveCall call = call_of(*GetParam(), RankLayout::uniform(2, 3, 2));
  const auto program = GetParam()->make(call);
  const Mutant same(*program, Mutation::kNone, 0, 0, 0);
  EXPECT_EQ(find_fault(same, call, 1).value_or("accepted"), "accepted");
}
TEST_P(CheckerMutation, RejectsAMissingStep) {
  expect_rejected(*GetParam(), Mutation::kMissingStep);
}
TEST_P(CheckerMutation, RejectsCopyForReduceAndReduceForCopy) {
  expect_rejected(*GetParam(), Mutation::kOtherCombine);
}
TEST_P(CheckerMutation, RejectsAWrongChunk) { expect_rejected(*GetParam(), Mutation::kWrongChunk); }
// A race: some order of events must show it.
TEST_P(CheckerMutation, RejectsAMissingWaitUnderSomeTimes) {
  constexpr std::uint64_t kSeeds = 200;
  const CollectiveCall call = call_of(*GetParam(), RankLayout::uniform(2, 3, 2));
  const auto program = GetParam()->make(call);
  for (Rank r = 0; r < program->participants(); ++r) {
    for (int lane = 0; lane < program->lanes(); ++lane) {
      for (int s = 0; s < program->steps(r, lane); ++s) {
        Step step;
        program->step(r, lane, s, step);
        if (step.waits().empty()) continue;
        const Mutant mutant(*program, Mutation::kMissingWait, r, lane, s);
        bool rejected = false;
        for (std::uint64_t seed = 0; seed < kSeeds && !rejected; ++seed) {
          rejected = find_fault(mutant, call, seed).has_value();
        }
        EXPECT_TRUE(rejected) << "rank " << r << " lane " << lane << " step " << s;
      }
    }
  }
}
TEST_P(CheckerMutation, RejectsADeadlock) { expect_rejected(*GetParam(), Mutation::kDeadlock); }
TEST_P(CheckerMutation, RejectsAMessageThatIsTooShort) {
  expect_rejected(*GetParam(), Mutation::kShortMessage);
}

INSTANTIATE_TEST_SUITE_P(All, CheckerMutation, ::testing::ValuesIn(Registry<Algorithm>::entries()),
                         [](const auto& test) { return calls::test_name(*test.param); });

}  // namespace
}  // namespace commsim
