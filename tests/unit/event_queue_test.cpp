#include "sim/engine/event_queue.hpp"

#include <gtest/gtest.h>

#include <map>

#include "core/random.hpp"

namespace commsim::event_queue_test {
namespace {

constexpr std::int64_t kEndOfClock = INT64_MAX;

SimTime at(std::int64_t picoseconds) { return SimTime{Duration{picoseconds}}; }

std::vector<std::uint64_t> keys_of(const std::vector<Event>& batch) {
  std::vector<std::uint64_t> keys;
  for (const Event& event : batch) keys.push_back(event.key);
  return keys;
}

using Keys = std::vector<std::uint64_t>;

TEST(EventQueue, IsEmptyUntilSomethingIsPushedAndAfterAllIsPopped) {
  EventQueue queue;
  EXPECT_TRUE(queue.empty());
  queue.push({at(7), 1, 2});
  EXPECT_FALSE(queue.empty());
  std::vector<Event> batch;
  EXPECT_EQ(queue.pop_instant(batch), at(7));
  EXPECT_TRUE(queue.empty());
  ASSERT_EQ(batch.size(), 1U);
  EXPECT_EQ(batch.front().at, at(7));
  EXPECT_EQ(batch.front().key, 1U);
  EXPECT_EQ(batch.front().data, 2U);
}

TEST(EventQueue, HandsOutAnInstantInTheOrderOfItsKeys) {
  const Keys sorted{1, 2, 3, 4, 5};
  for (const Keys& pushed : {Keys{1, 2, 3, 4, 5}, Keys{5, 4, 3, 2, 1}, Keys{4, 5, 1, 2, 3},
                             Keys{3, 4, 5, 2, 1}, Keys{2, 5, 1, 4, 3}, Keys{2, 3, 4, 5, 1}}) {
    EventQueue queue;
    for (const std::uint64_t key : pushed) queue.push({at(100), key, 0});
    queue.push({at(101), 0, 0});
    std::vector<Event> batch;
    EXPECT_EQ(queue.pop_instant(batch), at(100));
    EXPECT_EQ(keys_of(batch), sorted);
    EXPECT_EQ(queue.pop_instant(batch), at(101));
    EXPECT_EQ(keys_of(batch), Keys{0});
  }
}

TEST(EventQueue, TakesEventsOfThePresentInstantAsABatchOfTheirOwn) {
  EventQueue queue;
  std::vector<Event> batch;
  queue.push({at(0), 9, 0});  // the clock starts at 0
  EXPECT_EQ(queue.pop_instant(batch), at(0));
  queue.push({at(50), 1, 0});
  EXPECT_EQ(queue.pop_instant(batch), at(50));
  queue.push({at(50), 3, 0});
  queue.push({at(51), 0, 0});
  queue.push({at(50), 2, 0});
  EXPECT_EQ(queue.pop_instant(batch), at(50));
  EXPECT_EQ(keys_of(batch), (Keys{2, 3}));
  EXPECT_EQ(queue.pop_instant(batch), at(51));
  EXPECT_TRUE(queue.empty());
}

TEST(EventQueue, ReachesTheEndOfTheClock) {
  EventQueue queue;
  std::vector<Event> batch;
  queue.push({at(kEndOfClock), 3, 0});
  queue.push({at(kEndOfClock - 1), 2, 0});
  queue.push({at(1), 1, 0});
  EXPECT_EQ(queue.pop_instant(batch), at(1));
  EXPECT_EQ(queue.pop_instant(batch), at(kEndOfClock - 1));
  queue.push({at(kEndOfClock), 1, 0});
  EXPECT_EQ(queue.pop_instant(batch), at(kEndOfClock));
  EXPECT_EQ(keys_of(batch), (Keys{1, 3}));
  queue.push({at(kEndOfClock), 0, 0});
  EXPECT_EQ(queue.pop_instant(batch), at(kEndOfClock));
  EXPECT_TRUE(queue.empty());
}

// How far ahead the next event lies: mostly soon, on few instants, at times near the end of the
// clock.
std::int64_t random_distance(Random& random, std::int64_t now) {
  const std::int64_t left = kEndOfClock - now;
  switch (random.below(8)) {
    case 0:
      return 0;
    case 1:
      return left - std::min<std::int64_t>(left, static_cast<std::int64_t>(random.below(3)));
    case 2:
    case 3:
      return std::min(left, static_cast<std::int64_t>(random.next() >> (1 + random.below(63))));
    default:
      return std::min(left, static_cast<std::int64_t>(random.below(4)) * 1000);
  }
}

TEST(EventQueue, OrdersRandomEventsLikeASortedMap) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Random random(seed);
    EventQueue queue;
    std::multimap<std::pair<SimTime, std::uint64_t>, std::uint32_t> expected;
    std::int64_t now = 0;
    std::uint32_t number = 0;
    const auto push = [&] {
      const Event event{at(now + random_distance(random, now)), (random.below(16) << 32U) | number,
                        number};
      ++number;
      queue.push(event);
      expected.emplace(std::pair{event.at, event.key}, event.data);
    };
    for (int i = 0; i < 200; ++i) push();
    std::vector<Event> batch;
    while (!expected.empty()) {
      ASSERT_FALSE(queue.empty());
      const SimTime instant = queue.pop_instant(batch);
      ASSERT_EQ(instant, expected.begin()->first.first) << "seed " << seed;
      for (const Event& event : batch) {
        ASSERT_FALSE(expected.empty());
        const auto [when, key] = expected.begin()->first;
        ASSERT_EQ(event.at, when) << "seed " << seed;
        ASSERT_EQ(event.key, key) << "seed " << seed;
        ASSERT_EQ(event.data, expected.begin()->second);
        expected.erase(expected.begin());
      }
      ASSERT_TRUE(expected.empty() || expected.begin()->first.first > instant)
          << "an event of the instant is missing; seed " << seed;
      now = instant.time_since_epoch().count();
      for (auto more = number < 2000 ? random.below(4) : 0; more > 0; --more) push();
    }
    EXPECT_TRUE(queue.empty());
  }
}

}  // namespace
}  // namespace commsim::event_queue_test
