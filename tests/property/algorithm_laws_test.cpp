// Every registered algorithm keeps its collective's contract, whatever the times of its messages,
// and sends no fewer bytes than it must.
#include <gtest/gtest.h>

#include "collectives/proof/checker.hpp"
#include "tests/support/algorithm_calls.hpp"
#include "tests/support/layouts.hpp"

namespace commsim::algorithm_laws_test {
namespace {

using calls::made;
using calls::text_of;
using calls::with_parameters;

const std::vector<Rank> kRanks{1, 2, 3, 4, 5, 7, 8, 12, 16};
const std::vector<Rank> kManyRanks{24, 31, 32, 36, 48, 63, 64};

class AlgorithmLaws : public ::testing::TestWithParam<const Algorithm*> {};

void expect_accepted(const Algorithm& algorithm, const CollectiveCall& call) {
  const auto program = made(algorithm, call);
  if (program == nullptr) return;
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const auto fault = find_fault(*program, call, seed);
    ASSERT_EQ(fault.value_or("no fault"), "no fault") << text_of(call);
  }
}

Bytes bytes_sent(const Program& program) {
  Bytes sent{0};
  Step step;
  for (Rank r = 0; r < program.participants(); ++r) {
    for (int lane = 0; lane < program.lanes(); ++lane) {
      for (int s = 0; s < program.steps(r, lane); ++s) {
        step.clear();
        program.step(r, lane, s, step);
        for (const Transfer& transfer : step.sends()) sent += transfer.size;
      }
    }
  }
  return sent;
}

CollectiveCall call_of(std::int64_t size, std::int64_t element, RankLayout layout) {
  CollectiveCall call;
  call.size = Bytes{size};
  call.element = Bytes{element};
  call.layout = std::move(layout);
  return call;
}

TEST_P(AlgorithmLaws, EveryNumberOfRanksEndsWithTheContract) {
  for (const Rank p : kRanks) {
    for (const std::int64_t size : {0, 1, 13, 48}) {
      const auto layout = layouts::complete(RankLayout::flat(p));
      for (const auto& call : with_parameters(*GetParam(), call_of(size, 1, layout), {1, 5})) {
        expect_accepted(*GetParam(), call);
      }
    }
  }
}

TEST_P(AlgorithmLaws, ManyRanksEndWithTheContract) {
  for (const Rank p : kManyRanks) {
    const auto layout = layouts::complete(RankLayout::flat(p));
    for (const auto& call : with_parameters(*GetParam(), call_of(3 * p + 1, 1, layout), {7})) {
      const auto program = made(*GetParam(), call);
      if (program == nullptr) continue;
      ASSERT_EQ(find_fault(*program, call, 1).value_or("no fault"), "no fault") << text_of(call);
    }
  }
}

TEST_P(AlgorithmLaws, IsAcceptedSomewhere) {
  if (calls::takes(*GetParam(), "schedule")) return;  // whatever the schedule says
  const std::vector<RankLayout> layouts{RankLayout::uniform(2, 4, 4), RankLayout::uniform(1, 8),
                                        RankLayout::flat(8)};
  const bool accepted = std::any_of(layouts.begin(), layouts.end(), [](const RankLayout& layout) {
    CollectiveCall call = call_of(64, 1, layouts::complete(layout));
    call.kind = calls::kind_of(*GetParam());
    return made(*GetParam(), call) != nullptr;
  });
  EXPECT_TRUE(accepted);
}

TEST_P(AlgorithmLaws, ElementsAreNeverCut) {
  for (const Rank p : {1, 3, 4, 6}) {
    const auto layout = layouts::complete(RankLayout::flat(p));
    for (const auto& call : with_parameters(*GetParam(), call_of(44, 4, layout), {1, 3})) {
      expect_accepted(*GetParam(), call);
      const auto program = made(*GetParam(), call);
      if (program == nullptr) continue;
      Step step;
      for (Rank r = 0; r < program->participants(); ++r) {
        for (int lane = 0; lane < program->lanes(); ++lane) {
          for (int s = 0; s < program->steps(r, lane); ++s) {
            step.clear();
            program->step(r, lane, s, step);
            for (const Transfer& sent : step.sends()) {
              ASSERT_EQ(sent.size.count() % 4, 0) << text_of(call);
              for (const Range& range : step.ranges(sent)) {
                ASSERT_EQ(range.offset.count() % 4, 0) << text_of(call);
              }
            }
          }
        }
      }
    }
  }
}

TEST_P(AlgorithmLaws, ServersEndWithTheContract) {
  std::vector<RankLayout> layouts{RankLayout::uniform(1, 6), RankLayout::uniform(2, 4, 4),
                                  RankLayout::uniform(3, 2, 2), RankLayout::uniform(4, 4, 2),
                                  RankLayout::uniform(3, 3, 8)};
  layouts.push_back({.servers = {{0, 1, 2}, {3}, {4, 5}}, .rails = 2});
  layouts.push_back({.servers = {{1, 3}, {0, 2}}, .rails = 2});
  for (const RankLayout& layout : layouts) {
    for (const std::int64_t size : {0, 1, 29, 48}) {
      const auto whole = call_of(size, 1, layouts::complete(layout));
      for (const auto& call : with_parameters(*GetParam(), whole, {4})) {
        expect_accepted(*GetParam(), call);
      }
    }
  }
}

// Cut every rank off: the ranks must send each other at least what the collective says.
TEST_P(AlgorithmLaws, BytesSentMeetTheBoundAndEqualItWhereOptimal) {
  for (const RankLayout& layout :
       {RankLayout::flat(1), RankLayout::flat(2), RankLayout::flat(5), RankLayout::flat(8),
        RankLayout::uniform(2, 4, 4), RankLayout::uniform(3, 2, 2)}) {
    for (std::int64_t size : {0, 13, 240}) {
      CollectiveCall call = call_of(size, 1, layout);
      call.kind = calls::kind_of(*GetParam());
      const auto program = made(*GetParam(), call);
      if (program == nullptr) continue;
      const Bytes bound = collective(call.kind).must_cross(call.size, layout.ranks());
      if (program->participants() > layout.ranks()) continue;  // helpers combine on the way
      EXPECT_GE(bytes_sent(*program), bound) << text_of(call);
      if (GetParam()->bandwidth_optimal && size % layout.ranks() == 0) {
        EXPECT_EQ(bytes_sent(*program), bound) << text_of(call);
      }
    }
  }
}

TEST_P(AlgorithmLaws, SaysWhatItIs) {
  EXPECT_FALSE(GetParam()->summary.empty());
  EXPECT_FALSE(GetParam()->reference.empty());
  EXPECT_FALSE(GetParam()->cost.empty());
}

TEST_P(AlgorithmLaws, RefusesAChunkThatIsNoPositiveMultipleOfTheElement) {
  if (!calls::takes(*GetParam(), "chunk")) return;
  CollectiveCall call = call_of(16, 4, RankLayout::uniform(2, 2));
  call.kind = calls::kind_of(*GetParam());
  for (const std::int64_t chunk : {-4, 0, 2, 6}) {
    call.chunk = Bytes{chunk};
    EXPECT_THROW(std::ignore = GetParam()->make(call), RequestError);
  }
}

TEST_P(AlgorithmLaws, RefusesChannelsThatThereAreNot) {
  if (!calls::takes(*GetParam(), "channels")) return;
  CollectiveCall call = call_of(16, 1, RankLayout::uniform(2, 2));
  call.kind = calls::kind_of(*GetParam());
  for (const int channels : {-1, 0, 100}) {
    call.channels = channels;
    EXPECT_THROW(std::ignore = GetParam()->make(call), RequestError);
  }
}

INSTANTIATE_TEST_SUITE_P(All, AlgorithmLaws, ::testing::ValuesIn(Registry<Algorithm>::entries()),
                         [](const auto& test) { return calls::test_name(*test.param); });

}  // namespace
}  // namespace commsim::algorithm_laws_test
