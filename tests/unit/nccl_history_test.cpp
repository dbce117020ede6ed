// What changed from version to version of NCCL's model, a test each.
#include <gmock/gmock.h>

#include "calibrate/nccl/nccl_constants.hpp"
#include "calibrate/nccl/nccl_estimate.hpp"
#include "calibrate/nccl/nccl_steps.hpp"
#include "core/error.hpp"
#include "tests/support/nccl_systems.hpp"

namespace commsim::nccl_history_test {
namespace {

using support::b200;
using support::h100;
using support::of_version;
using A = NcclAlgorithm;
using C = NcclCollective;
using P = NcclProtocol;

NcclConstants constants(int minor) { return nccl_constants({minor}); }

NcclEstimate simple(const NcclSystem& system, C collective, A algorithm, P protocol = P::kSimple) {
  return nccl_estimates(system, {.collective = collective, .size = 512_MiB},
                        {.algorithm = algorithm, .protocol = protocol})
      .front();
}

TEST(NcclHistory, TreesHaveABaseLatencySince223) {
  EXPECT_EQ(at(constants(22).base, A::kTree, P::kSimple), 0);
  EXPECT_EQ(at(constants(23).base, A::kTree, P::kSimple), 8.4);
}

TEST(NcclHistory, ATreeStepWas28MicrosecondsFrom219To222) {
  const auto of = [](int minor) {
    const NcclConstants now = constants(minor);
    return std::array{at(now.nvlink, A::kTree, P::kSimple), at(now.pcie, A::kTree, P::kSimple),
                      at(now.network, A::kTree, P::kSimple)};
  };
  EXPECT_EQ(of(18), (std::array{4., 6., 14.}));
  EXPECT_EQ(of(19), (std::array{28., 28., 28.}));
  EXPECT_EQ(of(22), (std::array{28., 28., 28.}));
  EXPECT_EQ(of(23), (std::array{4., 4., 14.}));
}

TEST(NcclHistory, NvlsTakes23MicrosecondsAnd25Since221) {
  for (const int minor : {18, 19, 20}) {
    EXPECT_EQ(simple(of_version(h100(), minor), C::kAllReduce, A::kNvls).latency, 23) << minor;
  }
  EXPECT_EQ(simple(of_version(h100(), 21), C::kAllReduce, A::kNvls).latency, 25);
}

TEST(NcclHistory, AnNvlsTreeStepWas19Then14Then209) {
  EXPECT_EQ(at(constants(18).network, A::kNvlsTree, P::kSimple), 19);
  EXPECT_EQ(at(constants(19).network, A::kNvlsTree, P::kSimple), 14);
  EXPECT_EQ(at(constants(27).network, A::kNvlsTree, P::kSimple), 14);
  EXPECT_EQ(at(constants(28).network, A::kNvlsTree, P::kSimple), 20.9);
}

TEST(NcclHistory, CollNetWasFasterIn218) {
  EXPECT_EQ(at(constants(18).network, A::kCollNetDirect, P::kSimple), 10.7);
  EXPECT_EQ(at(constants(18).network, A::kCollNetChain, P::kSimple), 14);
  EXPECT_EQ(at(constants(18).base, A::kCollNetChain, P::kLl), 6.8);
  EXPECT_EQ(at(constants(19).network, A::kCollNetDirect, P::kSimple), 31);
  EXPECT_EQ(at(constants(19).network, A::kCollNetChain, P::kSimple), 30);
  EXPECT_EQ(at(constants(19).base, A::kCollNetChain, P::kLl), 0);
}

TEST(NcclHistory, HopperHasAnLlCapOfItsOwnSince221) {
  EXPECT_EQ(ll_cap(constants(20), h100()), 87.7);
  EXPECT_EQ(ll_cap(constants(21), h100()), 141);
  EXPECT_EQ(ll_cap(constants(21), h100(2)), 39) << "between servers the CPU decides";
}

TEST(NcclHistory, BlackwellsLl128CapWasHalvedFrom228On) {
  EXPECT_EQ(at(constants(27).ring_ll128, b200(2)), 73.4);
  EXPECT_EQ(at(constants(28).ring_ll128, b200(2)), 34.6);
  EXPECT_EQ(at(constants(28).ring_ll128, b200()), 73.4);
  EXPECT_EQ(at(constants(29).ring_ll128, b200(2)), 40);
  EXPECT_EQ(at(constants(27).tree_ll128, b200(4)), 58);
  EXPECT_EQ(at(constants(28).tree_ll128, b200(4)), 20);
}

TEST(NcclHistory, BlackwellsTreesLostTwoThirdsIn228) {
  EXPECT_EQ(at(constants(27).tree, b200(3)), 72);
  EXPECT_EQ(at(constants(28).tree, b200(3)), 24);
}

TEST(NcclHistory, BlackwellsNvlsTreesWereRaisedIn229) {
  EXPECT_EQ(at(constants(28).nvls_tree, b200(4)), 43.8);
  EXPECT_EQ(at(constants(29).nvls_tree, b200(4)), 80);
}

TEST(NcclHistory, RingLlTakesHalfOfTheBusSince221) {
  // 8 x 48 = 384 on four servers is capped; in one server 360 / 4 = 90 is above the cap of 87.7.
  EXPECT_NEAR(simple(of_version(h100(), 20), C::kAllReduce, A::kRing, P::kLl).bandwidth,
              87.7 * 8 / 14, 1e-9);
  NcclSystem slow = h100();
  slow.nvlink = 120;  // 6 channels of 20
  EXPECT_NEAR(simple(of_version(slow, 20), C::kAllReduce, A::kRing, P::kLl).bandwidth,
              120.0 / 4 * 8 / 14, 1e-9);
  EXPECT_NEAR(simple(of_version(slow, 20), C::kAllGather, A::kRing, P::kLl).bandwidth,
              120.0 / 3 * 8 / 7, 1e-9);
  EXPECT_NEAR(simple(of_version(slow, 21), C::kAllReduce, A::kRing, P::kLl).bandwidth,
              120.0 / 2 * 8 / 14, 1e-9);
}

TEST(NcclHistory, LoneGpusLostThreeTenthsOfLl128UpTo222) {
  const auto of = [](int minor) {
    return simple(of_version(h100(4, 1), minor), C::kAllReduce, A::kRing, P::kLl128).bandwidth;
  };
  EXPECT_NEAR(of(22), .7 * 48 * 4 / 6, 1e-9);
  EXPECT_NEAR(of(23), .92 * 48 * 4 / 6, 1e-9);
}

TEST(NcclHistory, LoneGpusPayTheLatencyOfATreeSince223) {
  const auto of = [](int minor) {
    return simple(of_version(h100(4, 1), minor), C::kAllGather, A::kRing, P::kLl).latency;
  };
  EXPECT_NEAR(of(22), 6.6 + 3 * 2.7, 1e-9);
  EXPECT_NEAR(of(23), 6.6 + 3 * 5, 1e-9);
}

TEST(NcclHistory, RingsCountedTwoStepsTooManyUpTo222) {
  EXPECT_EQ(nccl_steps_between_servers(C::kAllReduce, of_version(h100(4), 22)), 8);
  EXPECT_EQ(nccl_steps_between_servers(C::kAllReduce, of_version(h100(4), 23)), 6);
  EXPECT_EQ(nccl_steps_between_servers(C::kAllGather, of_version(h100(4), 22)), 3);
  EXPECT_EQ(nccl_steps_between_servers(C::kAllReduce, of_version(h100(), 22)), 0);
}

TEST(NcclHistory, PatIsThereSince223AndALittleSlowerSince224) {
  EXPECT_THROW(simple(of_version(h100(4, 1), 22), C::kAllGather, A::kPat), RequestError);
  EXPECT_NEAR(simple(of_version(h100(4, 1), 23), C::kAllGather, A::kPat).bandwidth, .85 * 48, 1e-9);
  EXPECT_NEAR(simple(of_version(h100(4, 1), 24), C::kAllGather, A::kPat).bandwidth, .75 * 48, 1e-9);
}

TEST(NcclHistory, NvlsWasFiveSixthsOfItsBusUpTo227) {
  EXPECT_NEAR(simple(of_version(h100(), 27), C::kAllReduce, A::kNvls).bandwidth, 320.0 * 5 / 6,
              1e-9);
  EXPECT_NEAR(simple(of_version(h100(), 28), C::kAllReduce, A::kNvls).bandwidth, 272, 1e-9);
}

TEST(NcclHistory, NvlsGathersByItsWholeBusFrom223To227) {
  EXPECT_NEAR(simple(of_version(h100(), 22), C::kAllGather, A::kNvls).bandwidth, 320.0 * 5 / 6,
              1e-9);
  EXPECT_NEAR(simple(of_version(h100(), 23), C::kAllGather, A::kNvls).bandwidth, 320, 1e-9);
  EXPECT_NEAR(simple(of_version(h100(), 28), C::kAllGather, A::kNvls).bandwidth, 208.25, 1e-9);
}

TEST(NcclHistory, NvlsTreesHadARuleOfTheirOwnIn218) {
  EXPECT_NEAR(simple(of_version(h100(2), 18), C::kAllReduce, A::kNvlsTree).bandwidth,
              8 * 40 * .7 * 2 / 2, 1e-9);
  EXPECT_NEAR(simple(of_version(h100(2), 19), C::kAllReduce, A::kNvlsTree).bandwidth,
              8 * 40 * 5.0 / 6, 1e-9);
  EXPECT_NEAR(simple(of_version(h100(4), 27), C::kAllReduce, A::kNvlsTree).bandwidth,
              8 * 24 * 5.0 / 6, 1e-9);
}

TEST(NcclHistory, CollNetGathersByItsNicsSince227) {
  NcclSystem system = h100(2);
  system.collnet = true;
  EXPECT_NEAR(simple(of_version(system, 26), C::kAllGather, A::kCollNetDirect).bandwidth,
              8 * 48 * .85, 1e-9);
  EXPECT_NEAR(simple(of_version(system, 27), C::kAllGather, A::kCollNetDirect).bandwidth,
              8 * 48 * .9, 1e-9);
}

TEST(NcclHistory, BlackwellsNvlsTreesAreCorrectedSince229) {
  const auto of = [](NcclSystem system, int minor) {
    return simple(of_version(system, minor), C::kAllReduce, A::kNvlsTree).correction;
  };
  EXPECT_EQ(of(b200(2), 28), 1);
  EXPECT_EQ(of(b200(2), 29), .9);
  EXPECT_EQ(of(h100(2), 29), 1);
  NcclSystem arm = b200(2);
  arm.cpu = CpuMaker::kOther;
  EXPECT_EQ(of(arm, 29), 1);
}

}  // namespace
}  // namespace commsim::nccl_history_test
