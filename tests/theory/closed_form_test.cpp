// Every closed form equals the program it belongs to, to the picosecond, on links that nobody
// shares.
#include <gtest/gtest.h>

#include "tests/support/algorithm_calls.hpp"
#include "tests/support/layouts.hpp"
#include "tests/theory/closed_form_oracle.hpp"

namespace commsim::closed_form_test {
namespace {

using calls::made;
using calls::text_of;
using calls::with_parameters;
using oracle::end_time;

// A rate at which every byte takes whole picoseconds, one at which none does, and no latency.
const std::vector<AlphaBetaCost> kLinks{
    {.bandwidth = 400_Gbps, .latency = 1_usec},
    {.bandwidth = Bandwidth::bits_per_second(7'777'777'777), .latency = Duration{12'347}},
    {.bandwidth = 100_Gbps, .latency = Duration{0}},
    {.bandwidth = 1_Gbps, .latency = 3_nsec}};

// The server of each participant. The switch of a server is in it; other helpers are in none,
// unless there is but one.
std::vector<int> places_of(const RankLayout& layout) {
  std::vector<int> places(static_cast<std::size_t>(layout.participants()));
  int elsewhere = 0;
  for (int& place : places) place = layout.servers.size() == 1 ? 0 : --elsewhere;
  for (std::size_t s = 0; s < layout.servers.size(); ++s) {
    for (const Rank r : layout.servers[s])
      places[static_cast<std::size_t>(r)] = static_cast<int>(s);
    const Rank hub = layout.server_switches[s];
    if (hub >= 0) places[static_cast<std::size_t>(hub)] = static_cast<int>(s);
  }
  return places;
}

class ClosedForm : public ::testing::TestWithParam<const Algorithm*> {
 protected:
  // How many calls had a closed form.
  int exact_ = 0;

  void expect_equal(const CollectiveCall& call, AlphaBetaCost inner, AlphaBetaCost outer) {
    const Algorithm& algorithm = *GetParam();
    const auto program = made(algorithm, call);
    if (program == nullptr || algorithm.closed_form == nullptr) return;
    const auto expected = algorithm.closed_form(call, inner, outer);
    if (!expected) return;
    ++exact_;
    const std::vector<int> servers = places_of(call.layout);
    const Duration end = end_time(*program, [&](Rank from, Rank to) {
      const bool same =
          servers[static_cast<std::size_t>(from)] == servers[static_cast<std::size_t>(to)];
      return same ? inner : outer;
    });
    EXPECT_EQ(end.count(), expected->count())
        << text_of(call) << ", B " << outer.bandwidth.bits_per_second() << " b/s, D "
        << outer.latency.count() << " ps";
  }
};

TEST_P(ClosedForm, EqualsTheOracleOnFlatLayouts) {
  for (const Rank p : {1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 16, 64}) {
    for (const std::int64_t size : {0, 1, 13, 960, 4800, 1 << 20}) {
      CollectiveCall call;
      call.size = Bytes{size};
      call.layout = layouts::complete(RankLayout::flat(p));
      const std::vector<std::int64_t> chunks =
          size > 4800 ? std::vector<std::int64_t>{100'000}
                      : std::vector<std::int64_t>{std::max<std::int64_t>(size / 7, 1), 500};
      for (const auto& each : with_parameters(*GetParam(), call, chunks)) {
        for (const AlphaBetaCost& link : kLinks) expect_equal(each, link, link);
      }
    }
  }
  if (GetParam()->closed_form != nullptr) {
    EXPECT_GT(exact_, 50);
  }
}

TEST_P(ClosedForm, EqualsTheOracleOnServers) {
  std::vector<RankLayout> layouts{RankLayout::uniform(1, 8), RankLayout::uniform(2, 4, 4),
                                  RankLayout::uniform(3, 2), RankLayout::uniform(5, 3, 3),
                                  RankLayout::uniform(4, 4, 2)};
  layouts.push_back({.servers = {{0, 1, 2}, {3}, {4, 5}}, .rails = 2});
  for (const RankLayout& layout : layouts) {
    for (const std::int64_t size : {0, 13, 4800, 9973}) {
      CollectiveCall call;
      call.size = Bytes{size};
      call.layout = layouts::complete(layout);
      for (const auto& each : with_parameters(*GetParam(), call, {701})) {
        expect_equal(each, kLinks[0], kLinks[0]);
        expect_equal(each, kLinks[0], kLinks[1]);
        expect_equal(each, kLinks[1], kLinks[2]);
      }
    }
  }
  if (GetParam()->closed_form != nullptr) {
    EXPECT_GT(exact_, 10);
  }
}

INSTANTIATE_TEST_SUITE_P(All, ClosedForm, ::testing::ValuesIn(Registry<Algorithm>::entries()),
                         [](const auto& test) { return calls::test_name(*test.param); });

}  // namespace
}  // namespace commsim::closed_form_test
