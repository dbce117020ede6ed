// Are rates that were looked up those that are solved, bit by bit?
#include "sim/network/rate_memo.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "sim/network/max_min.hpp"

namespace commsim::rate_memo_test {
namespace {

struct System {
  explicit System(Random& random) {
    constexpr std::int64_t kGigabit = 1'000'000'000;
    for (auto count = 2 + random.below(12); count > 0; --count) {
      const auto speed = static_cast<std::int64_t>(1 + random.below(3));
      links.push_back(Bandwidth::bits_per_second(speed * 7 * kGigabit));
    }
    for (auto count = 1 + random.below(30); count > 0; --count) {
      auto& route = routes.emplace_back();
      for (auto hops = 1 + random.below(4); hops > 0; --hops) {
        const auto link = static_cast<LinkId>(random.below(links.size()));
        if (std::ranges::find(route, link) == route.end()) route.push_back(link);
      }
    }
  }
  [[nodiscard]] MaxMin solver() const {
    MaxMin made{std::span<const Bandwidth>(links)};
    for (const auto& route : routes) made.add_class(route);
    return made;
  }
  std::vector<Bandwidth> links;
  std::vector<std::vector<LinkId>> routes;
};

using Flows = std::vector<std::int64_t>;  // by class

void go_to(MaxMin& solver, const Flows& flows) {
  for (MaxMin::ClassId id = 0; id < flows.size(); ++id) {
    const std::int64_t more = flows[id] - solver.flows(id);
    if (more != 0) solver.change(id, more);
  }
}

TEST(RateMemo, GivesWhatIsSolvedWhenTheSameFlowsComeBack) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const System system(random);
    std::vector<Flows> states(2 + random.below(5));
    for (Flows& flows : states) {
      for (std::size_t id = 0; id < system.routes.size(); ++id) {
        flows.push_back(static_cast<std::int64_t>(random.below(3)));
      }
    }
    MaxMin solver = system.solver();
    for (int round = 0; round < 40; ++round) {
      // Mostly one of the states, else one that has not been.
      Flows now = states[random.below(states.size())];
      if (random.below(4) == 0) now[random.below(now.size())] = 3 + round;
      go_to(solver, now);
      solver.solve();
      MaxMin fresh = system.solver();
      go_to(fresh, now);
      fresh.solve();
      for (MaxMin::ClassId id = 0; id < now.size(); ++id) {
        if (now[id] == 0) continue;
        ASSERT_EQ(solver.rate(id), fresh.rate(id)) << "class " << id << ", round " << round;
      }
    }
  }
}

TEST(RateMemo, GivesUpWhereNothingComesBack) {
  RateMemo memo;
  for (int i = 0; i < 255; ++i) memo.note(false);
  EXPECT_TRUE(memo.on());
  memo.note(false);
  EXPECT_FALSE(memo.on());
}

TEST(RateMemo, FindsAStateWhateverWasBetween) {
  RateMemo memo;
  memo.change(1, 0, 2);
  memo.keep({{.of = 1, .flows = 2}});
  memo.change(5, 0, 1);
  EXPECT_TRUE(memo.find().empty());
  memo.change(5, 1, 0);
  ASSERT_EQ(memo.find().size(), 1U);
  EXPECT_EQ(memo.find().front().of, 1U);
}

}  // namespace
}  // namespace commsim::rate_memo_test
