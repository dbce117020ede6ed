// Each fault that the checker knows, in the smallest program that has it.
#include "collectives/proof/checker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace commsim::checker_test {
namespace {

using ::testing::HasSubstr;

// One step for each of two ranks, on one lane, filled in by a function.
class OneStep final : public Program {
 public:
  explicit OneStep(std::function<void(Rank, Step&)> fill) : fill_(std::move(fill)) {}
  [[nodiscard]] int participants() const override { return 2; }
  [[nodiscard]] int steps(Rank /*r*/, int /*lane*/) const override { return 1; }
  void step(Rank r, int /*lane*/, int /*step*/, Step& out) const override { fill_(r, out); }

 private:
  std::function<void(Rank, Step&)> fill_;
};

std::string fault_of(CollectiveKind kind, std::function<void(Rank, Step&)> fill) {
  CollectiveCall call;
  call.kind = kind;
  call.size = Bytes{4};
  call.layout = RankLayout::flat(2);
  return find_fault(OneStep(std::move(fill)), call, 1).value_or("no fault");
}

constexpr Range kWhole{.length = Bytes{4}};

TEST(Checker, AcceptsAnExchange) {
  EXPECT_EQ(fault_of(CollectiveKind::kAllReduce,
                     [](Rank r, Step& out) {
                       out.send(1 - r, kWhole);
                       out.receive(1 - r, kWhole, Combine::kReduce);
                     }),
            "no fault");
}

TEST(Checker, AcceptsStridedRangesAndSeveralOfThem) {
  EXPECT_EQ(fault_of(CollectiveKind::kBroadcast,
                     [](Rank r, Step& out) {
                       const Range even{.length = Bytes{1}, .count = 2, .stride = Bytes{2}};
                       const Range odd{
                           .offset = Bytes{1}, .length = Bytes{1}, .count = 2, .stride = Bytes{2}};
                       if (r == 0) {
                         out.send(1, even);
                         out.send_more(odd);
                       } else {
                         out.receive(0, even, Combine::kCopy);
                         out.receive_more(odd);
                       }
                     }),
            "no fault");
}

TEST(Checker, NamesWhoWaitsForWhomInADeadlock) {
  EXPECT_EQ(fault_of(CollectiveKind::kAllReduce,
                     [](Rank r, Step& out) { out.receive(1 - r, kWhole, Combine::kReduce); }),
            "deadlock: rank 0 lane 0 step 0 waits for a message from rank 1; "
            "rank 1 lane 0 step 0 waits for a message from rank 0");
}

TEST(Checker, FindsAMessageThatNobodyReceives) {
  EXPECT_EQ(fault_of(CollectiveKind::kSendRecv,
                     [](Rank r, Step& out) {
                       if (r == 0) out.send(1, kWhole);
                     }),
            "rank 1 never receives what rank 0 lane 0 sends it in step 0");
}

TEST(Checker, FindsASendAndAReceiveOfDifferentSizes) {
  EXPECT_EQ(fault_of(CollectiveKind::kBroadcast,
                     [](Rank r, Step& out) {
                       if (r == 0) out.send(1, kWhole);
                       if (r == 1) out.receive(0, {.length = Bytes{3}}, Combine::kCopy);
                     }),
            "rank 1 lane 0 step 0 receives 3 bytes from rank 0, which sends 4 in step 0");
}

TEST(Checker, FindsTwoMessagesToAPeerInOneStep) {
  EXPECT_EQ(fault_of(CollectiveKind::kBroadcast,
                     [](Rank r, Step& out) {
                       if (r != 0) return;
                       out.send(1, kWhole);
                       out.send(1, kWhole);
                     }),
            "rank 0 lane 0 step 0 sends to rank 1 twice in one step");
}

TEST(Checker, FindsARangeOutsideItsBuffer) {
  EXPECT_EQ(fault_of(CollectiveKind::kBroadcast,
                     [](Rank r, Step& out) {
                       if (r == 0) out.send(1, {.offset = Bytes{1}, .length = Bytes{4}});
                     }),
            "rank 0 lane 0 step 0 sends to rank 1 bytes 1 to 5 of a buffer of 4");
}

TEST(Checker, FindsAPeerThatDoesNotExist) {
  EXPECT_THAT(
      fault_of(CollectiveKind::kBroadcast, [](Rank /*r*/, Step& out) { out.send(2, kWhole); }),
      HasSubstr("sends to rank 2 lane 0, which is no peer"));
}

TEST(Checker, FindsAWaitForAStepThatDoesNotExist) {
  EXPECT_THAT(fault_of(CollectiveKind::kBroadcast,
                       [](Rank /*r*/, Step& out) { out.wait_for({.lane = 0, .step = 7}); }),
              HasSubstr("waits for step 7 of lane 0, which does not exist"));
}

TEST(Checker, SaysWhatIsThereAndWhatShouldBe) {
  EXPECT_EQ(fault_of(CollectiveKind::kAllReduce,
                     [](Rank r, Step& out) {
                       out.send(1 - r, kWhole);
                       out.receive(1 - r, kWhole, Combine::kCopy);
                     }),
            "rank 0 ends with byte 0 of rank 1 at byte 0 of its output, not byte 0 of ranks 0, 1");
  EXPECT_EQ(fault_of(CollectiveKind::kBroadcast, [](Rank /*r*/, Step& /*out*/) {}),
            "rank 1 ends with undefined data at byte 0 of its output, not byte 0 of rank 0");
}

TEST(Checker, SeesDataThatStandAtTheWrongPlace) {
  EXPECT_THAT(fault_of(CollectiveKind::kAllReduce,
                       [](Rank r, Step& out) {
                         const Range left{.length = Bytes{2}};
                         const Range right{.offset = Bytes{2}, .length = Bytes{2}};
                         out.send(1 - r, right);
                         out.send_more(left);
                         out.receive(1 - r, kWhole, Combine::kReduce);
                       }),
              HasSubstr("different bytes of ranks 0, 1"));
}

}  // namespace
}  // namespace commsim::checker_test
