// What is exported to MSCCL XML and imported again is the same collective and takes the same time.
#include <gtest/gtest.h>

#include "collectives/msccl/export.hpp"
#include "collectives/proof/checker.hpp"
#include "tests/support/algorithm_calls.hpp"
#include "tests/support/layouts.hpp"
#include "tests/theory/closed_form_oracle.hpp"

namespace commsim::msccl_round_trip_test {
namespace {

// Bytes take whole picoseconds here, so that a message of two ranges, which is two messages in
// MSCCL, takes as long as one.
constexpr AlphaBetaCost kInner{.bandwidth = 400_Gbps, .latency = 1_usec};
constexpr AlphaBetaCost kOuter{.bandwidth = 100_Gbps, .latency = 3_nsec};

const Algorithm& importer(CollectiveKind kind) { return find_algorithm(kind, "msccl"); }

// The XML of a call, or nothing if the schedule has none: helpers, compute, no equal chunks.
std::optional<std::string> exported(const Program& program, const CollectiveCall& call) {
  try {
    return msccl::to_msccl(program, call, "test");
  } catch (const RequestError&) {
    return std::nullopt;
  }
}

Duration end_time(const Program& program, const RankLayout& layout) {
  std::vector<std::size_t> server_of(static_cast<std::size_t>(layout.ranks()));
  for (std::size_t s = 0; s < layout.servers.size(); ++s) {
    for (const Rank r : layout.servers[s]) server_of[static_cast<std::size_t>(r)] = s;
  }
  return oracle::end_time(program, [&](Rank from, Rank to) {
    const bool same =
        server_of[static_cast<std::size_t>(from)] == server_of[static_cast<std::size_t>(to)];
    return same ? kInner : kOuter;
  });
}

class MscclRoundTrip : public ::testing::TestWithParam<const Algorithm*> {
 protected:
  int exported_ = 0;

  void expect_same(const CollectiveCall& call) {
    const auto program = calls::made(*GetParam(), call);
    if (program == nullptr) return;
    const auto xml = exported(*program, call);
    if (!xml) return;
    ++exported_;
    CollectiveCall again = call;
    again.chunk.reset();
    again.schedule = {.name = "exported.xml", .text = *xml};
    std::unique_ptr<Program> imported;
    ASSERT_NO_THROW(imported = importer(call.kind).make(again)) << calls::text_of(call) << *xml;
    for (const std::uint64_t seed : {1U, 2U}) {
      const auto fault = find_fault(*imported, again, seed);
      ASSERT_EQ(fault.value_or("no fault"), "no fault") << calls::text_of(call) << *xml;
    }
    ASSERT_EQ(end_time(*imported, call.layout).count(), end_time(*program, call.layout).count())
        << calls::text_of(call) << *xml;
  }
};

TEST_P(MscclRoundTrip, KeepsTheResultAndTheTime) {
  const CollectiveKind kind = calls::kind_of(*GetParam());
  std::vector<RankLayout> layouts{RankLayout::uniform(2, 4, 4),
                                  RankLayout::uniform(4, 2, 2),
                                  {.servers = {{0, 1, 2}, {3}, {4, 5}}, .rails = 2}};
  for (const Rank p : {1, 2, 3, 4, 6, 8}) layouts.push_back(RankLayout::flat(p));
  for (const RankLayout& layout : layouts) {
    CollectiveCall call;
    call.layout = layouts::complete(layout);
    call.size = Bytes{48 * layout.ranks()};
    call.element = Bytes{2};
    for (const auto& each : calls::with_parameters(*GetParam(), call, {6})) {
      expect_same(each);
      if (HasFatalFailure()) return;
    }
  }
  const bool has_name = kind != CollectiveKind::kSendRecv && kind != CollectiveKind::kBarrier;
  if (!has_name || calls::takes(*GetParam(), "schedule") || GetParam()->helpers_combine) return;
  EXPECT_GT(exported_, 0);
}

INSTANTIATE_TEST_SUITE_P(All, MscclRoundTrip, ::testing::ValuesIn(Registry<Algorithm>::entries()),
                         [](const auto& test) { return calls::test_name(*test.param); });

}  // namespace
}  // namespace commsim::msccl_round_trip_test
