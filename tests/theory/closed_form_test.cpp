// Every closed form equals the program it belongs to, to the picosecond, on links that nobody
// shares.
#include <gtest/gtest.h>

#include "tests/support/algorithm_calls.hpp"
#include "tests/theory/closed_form_oracle.hpp"

namespace commsim {
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
    std::vector<std::size_t> server_of(static_cast<std::size_t>(call.layout.ranks()));
    for (std::size_t s = 0; s < call.layout.servers.size(); ++s) {
      for (const Rank r : call.layout.servers[s]) server_of[static_cast<std::size_t>(r)] = s;
    }
    const Duration end = end_time(*program, [&](Rank from, Rank to) {
      const bool same =
          server_of[static_cast<std::size_t>(from)] == server_of[static_cast<std::size_t>(to)];
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
      call.layout = RankLayout::flat(p);
      const std::vector<std::int64_t> chunks =
          size > 4800 ? std::vector<std::int64_t>{100'000}
                      : std::vector<std::int64_t>{std::max<std::int64_t>(size / 7, 1), 500};
      for (const auto& each : with_parameters(*GetParam(), call, chunks)) {
        for (const AlphaBetaCost& link : kLinks) expect_equal(each, link, link);
      }
    }
  }
  EXPECT_GT(exact_, 100);
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
      call.layout = layout;
      for (const auto& each : with_parameters(*GetParam(), call, {701})) {
        expect_equal(each, kLinks[0], kLinks[0]);
        expect_equal(each, kLinks[0], kLinks[1]);
        expect_equal(each, kLinks[1], kLinks[2]);
      }
    }
  }
  EXPECT_GT(exact_, 20);
}

INSTANTIATE_TEST_SUITE_P(All, ClosedForm, ::testing::ValuesIn(Registry<Algorithm>::entries()),
                         [](const auto& test) { return calls::test_name(*test.param); });

}  // namespace
}  // namespace commsim
