#include "sim/engine/run_limits.hpp"

#include <gmock/gmock.h>

#include <string>

namespace commsim::run_limits_test {
namespace {

using testing::HasSubstr;

constexpr SimTime at(Duration time) { return SimTime{time}; }

std::string refusal(const RunLimits& limits, std::int64_t messages, SimTime now) {
  try {
    limits.check(messages, now);
  } catch (const LimitReached& reached) {
    return reached.what();
  }
  return "";
}

TEST(RunLimits, MoreMessagesThanTheLimitAreRefused) {
  const RunLimits limits{.messages = 100};
  EXPECT_THAT(refusal(limits, 101, at(1_usec)), HasSubstr("more than 100 messages"));
  EXPECT_EQ(refusal(limits, 100, at(1_usec)), "");
}

TEST(RunLimits, ALongerTimeThanTheLimitIsRefused) {
  const RunLimits limits{.time = 2_usec};
  EXPECT_THAT(refusal(limits, 1, at(3_usec)), HasSubstr("2 us"));
  EXPECT_EQ(refusal(limits, 1, at(2_usec)), "");
}

TEST(RunLimits, ALimitIsTheUsersAndAStopIsNot) {
  const std::atomic<bool> stop{true};
  EXPECT_THROW((RunLimits{.messages = 1}.check(2, SimTime{})), RequestError);
  EXPECT_THROW((RunLimits{.stop = &stop}.check(0, SimTime{})), Interrupted);
  static_assert(!std::is_base_of_v<RequestError, Interrupted>);
}

TEST(RunLimits, WithoutAnyEverythingIsAllowed) {
  EXPECT_EQ(refusal({}, INT64_MAX, SimTime::max()), "");
}

TEST(RunLimits, WhoeverShowsProgressIsTold) {
  std::atomic<std::int64_t> sent{0};
  RunLimits{.sent = &sent}.check(42, SimTime{});
  EXPECT_EQ(sent, 42);
}

}  // namespace
}  // namespace commsim::run_limits_test
