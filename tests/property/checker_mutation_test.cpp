// The checker is worth what it rejects: every algorithm with one step spoilt must fail.
#include <gtest/gtest.h>

#include "collectives/proof/checker.hpp"
#include "tests/support/algorithm_calls.hpp"
#include "tests/support/layouts.hpp"

namespace commsim::checker_mutation_test {
namespace {

enum class Mutation {
  kNone,
  kMissingStep,
  kOtherCombine,
  kWrongChunk,
  kDeadlock,
  kShortMessage,
  kMissingWait,
  kMissingCopy
};

/// A program with one step of one lane changed.
class Mutant final : public Program {
 public:
  Mutant(const Program& original, Mutation mutation, Rank rank, int lane, int step)
      : original_(original), mutation_(mutation), rank_(rank), lane_(lane), step_(step) {}

  [[nodiscard]] int participants() const override { return original_.participants(); }
  [[nodiscard]] int lanes() const override { return original_.lanes(); }
  [[nodiscard]] int steps(Rank r, int lane) const override { return original_.steps(r, lane); }
  [[nodiscard]] Bytes scratch(Rank r) const override { return original_.scratch(r); }
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
      const auto ranges = before.ranges(sent);
      out.send(sent.peer, changed(ranges[0], Mutation::kShortMessage), sent.lane);
      for (const Range& range : ranges.subspan(1)) out.send_more(range);
    }
    for (std::size_t i = 0; i < before.receives().size(); ++i) {
      const Transfer& received = before.receives()[i];
      const auto ranges = before.ranges(received);
      const bool reduces =
          (before.combine(i) == Combine::kReduce) != (mutation_ == Mutation::kOtherCombine);
      out.receive(received.peer, changed(ranges[0], Mutation::kWrongChunk),
                  reduces ? Combine::kReduce : Combine::kCopy, received.lane);
      for (const Range& range : ranges.subspan(1)) out.receive_more(range);
    }
    if (mutation_ == Mutation::kMissingCopy) return;
    for (const LocalCopy& copy : before.copies()) out.copy(copy.from, copy.to, copy.how);
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

const std::vector<RankLayout> kLayouts{
    layouts::complete(RankLayout::flat(4)), layouts::complete(RankLayout::flat(5)),
    layouts::complete(RankLayout::uniform(2, 3, 2)), layouts::complete(RankLayout::uniform(1, 4))};

// Whether a step has what the mutation spoils.
bool applies(Mutation mutation, const Step& step) {
  const auto has_data = [](std::span<const Transfer> transfers) {
    return !transfers.empty() && transfers[0].size > Bytes{0};
  };
  switch (mutation) {
    case Mutation::kOtherCombine:
    case Mutation::kWrongChunk:
      return has_data(step.receives());
    case Mutation::kShortMessage:
      return has_data(step.sends());
    case Mutation::kMissingCopy:
      return !step.copies().empty();
    default:
      return true;
  }
}

// Spoils every step in turn, where it has what the mutation needs.
int expect_rejected(const Algorithm& algorithm, Mutation mutation) {
  int mutants = 0;
  for (const RankLayout& layout : kLayouts) {
    const CollectiveCall call = call_of(algorithm, layout);
    const auto program = calls::made(algorithm, call);
    if (program == nullptr) continue;
    for (Rank r = 0; r < program->participants(); ++r) {
      for (int lane = 0; lane < program->lanes(); ++lane) {
        for (int s = 0; s < program->steps(r, lane); ++s) {
          Step step;
          program->step(r, lane, s, step);
          if (!applies(mutation, step)) continue;
          ++mutants;
          const Mutant mutant(*program, mutation, r, lane, s);
          EXPECT_NE(find_fault(mutant, call, 1).value_or("accepted"), "accepted")
              << "rank " << r << " lane " << lane << " step " << s << ": " << calls::text_of(call);
        }
      }
    }
  }
  return mutants;
}

// A barrier moves no data.
bool moves_data(const Algorithm& algorithm) {
  return calls::kind_of(algorithm) != CollectiveKind::kBarrier;
}

TEST_P(CheckerMutation, AcceptsTheOriginal) {
  for (const RankLayout& layout : kLayouts) {
    const CollectiveCall call = call_of(*GetParam(), layout);
    const auto program = calls::made(*GetParam(), call);
    if (program == nullptr) continue;
    const Mutant same(*program, Mutation::kNone, 0, 0, 0);
    EXPECT_EQ(find_fault(same, call, 1).value_or("accepted"), "accepted") << calls::text_of(call);
  }
}
TEST_P(CheckerMutation, RejectsAMissingStep) {
  EXPECT_GT(expect_rejected(*GetParam(), Mutation::kMissingStep), 0);
}
TEST_P(CheckerMutation, RejectsCopyForReduceAndReduceForCopy) {
  EXPECT_EQ(expect_rejected(*GetParam(), Mutation::kOtherCombine) > 0, moves_data(*GetParam()));
}
TEST_P(CheckerMutation, RejectsAWrongChunk) {
  EXPECT_EQ(expect_rejected(*GetParam(), Mutation::kWrongChunk) > 0, moves_data(*GetParam()));
}
TEST_P(CheckerMutation, RejectsAMissingCopy) {
  std::ignore = expect_rejected(*GetParam(), Mutation::kMissingCopy);
}
// A race: some order of events must show it.
TEST_P(CheckerMutation, RejectsAMissingWaitUnderSomeTimes) {
  constexpr std::uint64_t kSeeds = 200;
  const CollectiveCall call = call_of(*GetParam(), RankLayout::uniform(2, 3, 2));
  const auto program = calls::made(*GetParam(), call);
  if (program == nullptr) return;
  for (Rank r = 0; r < program->participants(); ++r) {
    // The root of a broadcast has all data: a wait of its only orders its sends.
    if (call.kind == CollectiveKind::kBroadcast && r == call.root) continue;
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
TEST_P(CheckerMutation, RejectsADeadlock) {
  EXPECT_GT(expect_rejected(*GetParam(), Mutation::kDeadlock), 0);
}
TEST_P(CheckerMutation, RejectsAMessageThatIsTooShort) {
  EXPECT_EQ(expect_rejected(*GetParam(), Mutation::kShortMessage) > 0, moves_data(*GetParam()));
}

// All but those that interpret a schedule of the user's, which this test does not have.
std::vector<const Algorithm*> algorithms() {
  auto all = Registry<Algorithm>::entries();
  std::erase_if(all, [](const Algorithm* entry) { return calls::takes(*entry, "schedule"); });
  return all;
}

INSTANTIATE_TEST_SUITE_P(All, CheckerMutation, ::testing::ValuesIn(algorithms()),
                         [](const auto& test) { return calls::test_name(*test.param); });

}  // namespace
}  // namespace commsim::checker_mutation_test
