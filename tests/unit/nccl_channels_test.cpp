// The channels that NCCL's search finds on machines where they are known, and on others by hand.
#include "calibrate/nccl/nccl_channels.hpp"

#include <gmock/gmock.h>

#include "tests/support/nccl_systems.hpp"

namespace commsim::nccl_channels_test {
namespace {

using support::a100;
using support::b200;
using support::h100;

// count x inner / outer
void expect(const NcclSystem& system, NcclAlgorithm algorithm, int count, double inner,
            double outer) {
  const NcclChannels found = nccl_channels(system, algorithm);
  EXPECT_EQ(found.count, count) << to_text(algorithm);
  EXPECT_DOUBLE_EQ(found.inner, inner) << to_text(algorithm);
  EXPECT_DOUBLE_EQ(found.outer, outer) << to_text(algorithm);
}

void expect_rings_and_trees(const NcclSystem& system, int count, double speed) {
  expect(system, NcclAlgorithm::kRing, count, speed, speed);
  expect(system, NcclAlgorithm::kTree, count, speed, speed);
}

TEST(NcclRates, AreThoseThatNcclCounts) {
  EXPECT_DOUBLE_EQ(nccl_nvlink_rate(GpuGeneration::kHopper, 18), 370.8);
  EXPECT_DOUBLE_EQ(nccl_nvlink_rate(GpuGeneration::kBlackwell, 18), 721.8);
  EXPECT_DOUBLE_EQ(nccl_pcie_rate(252_Gbps), 24) << "gen4 x16";
  EXPECT_DOUBLE_EQ(nccl_pcie_rate(504_Gbps), 48) << "gen5 x16";
  EXPECT_DOUBLE_EQ(nccl_nic_rate(400_Gbps), 50);
}

TEST(NcclChannels, OfEightA100AreTwelveOfTwenty) { expect_rings_and_trees(a100(), 12, 20); }

TEST(NcclChannels, OfEightH100AreTwelveOfThirty) { expect_rings_and_trees(h100(), 12, 30); }

TEST(NcclChannels, OfEightB200AreSixteenOfFortyFive) { expect_rings_and_trees(b200(), 16, 45); }

// (8 heads + 1) x 40 <= 370.8 and (8 + 1) x 80 <= 721.8; the speed between servers, which is not
// used, is raised to the top of the list.
TEST(NcclChannels, OfNvlsLeaveRoomForTheHead) {
  expect(h100(), NcclAlgorithm::kNvls, 8, 40, 60);
  expect(b200(), NcclAlgorithm::kNvls, 8, 80, 90);
}

TEST(NcclChannels, OfNvlsNeedASwitchThatReducesAndTwoGpus) {
  NcclSystem plain = h100();
  plain.nvls = false;
  expect(plain, NcclAlgorithm::kNvls, 0, 0, 0);
  expect(a100(), NcclAlgorithm::kNvls, 0, 0, 0);
  expect(h100(2, 1), NcclAlgorithm::kNvlsTree, 0, 0, 0);
}

TEST(NcclChannels, OfTwoAndFourGpusOnTheSameSwitchAreThoseOfEight) {
  for (const int gpus : {2, 4}) {
    SCOPED_TRACE(gpus);
    expect(a100(1, gpus), NcclAlgorithm::kRing, 12, 20, 20);
    expect(h100(1, gpus), NcclAlgorithm::kRing, 12, 30, 30);
    expect(b200(1, gpus), NcclAlgorithm::kRing, 16, 45, 45);
    expect(h100(1, gpus), NcclAlgorithm::kNvls, gpus, 60, 60);
  }
  expect(h100(1, 4), NcclAlgorithm::kTree, 12, 30, 30);
}

// Between two GPUs half of the trees go the other way, so that each may be twice as fast.
TEST(NcclChannels, OfTreesOverTwoGpusAreTwiceAsFast) {
  expect(a100(1, 2), NcclAlgorithm::kTree, 12, 40, 40);
  expect(h100(1, 2), NcclAlgorithm::kTree, 12, 60, 60);
}

// One of each NIC; 9 heads' share of NVLink leaves 40, and NICs give 48. A log of such a machine
// says "nChannels 8, bw 48.000000/48.000000".
TEST(NcclChannels, BetweenH100WithEightFastNicsAreEight) {
  expect_rings_and_trees(h100(2), 8, 48);
  expect(h100(2), NcclAlgorithm::kNvlsTree, 8, 40, 48);
  expect(h100(4), NcclAlgorithm::kNvls, 8, 40, 48);
  EXPECT_EQ(nccl_thread_blocks(h100(2)), 16);
  EXPECT_EQ(nccl_thread_blocks(h100()), 24);
}

TEST(NcclChannels, BetweenB200FindRoomForTheHeadAtFullSpeed) {
  expect(b200(2), NcclAlgorithm::kRing, 8, 48, 48);
  expect(b200(2), NcclAlgorithm::kTree, 8, 96, 48);
  expect(b200(2), NcclAlgorithm::kNvlsTree, 8, 48, 48);
}

// HDR is 25 GB/s, of which PCIe gen4 passes 24. A tree may be faster within servers.
TEST(NcclChannels, BetweenA100AreCappedByTheirPcie) {
  expect(a100(2), NcclAlgorithm::kRing, 8, 24, 24);
  expect(a100(2), NcclAlgorithm::kTree, 8, 30, 24);
  EXPECT_EQ(nccl_thread_blocks(a100(2)), 16);
}

TEST(NcclChannels, OfFewSlowNicsAreFewAndSlow) {
  NcclSystem efa = a100(2);
  efa.nics = 4;
  efa.nic = efa.pcie = 12;
  expect(efa, NcclAlgorithm::kRing, 4, 12, 12);
  expect(efa, NcclAlgorithm::kTree, 4, 24, 12);
}

// 4 NICs for each GPU share its PCIe link of 48. Before 2.25 there were half as many channels.
TEST(NcclChannels, OfManySlowNicsAreManyUpToTheMostThatTheVersionHas) {
  NcclSystem efa = h100(2);
  efa.nics = 32;
  efa.nic = 12;
  expect(efa, NcclAlgorithm::kRing, 32, 12, 12);
  efa.version = {24};
  expect(efa, NcclAlgorithm::kRing, 16, 12, 12);
  efa.pcie = 24;
  efa.version = {25};
  expect(efa, NcclAlgorithm::kRing, 16, 12, 12);
}

// Fast channels that are few are taken twice.
TEST(NcclChannels, OfTwoFastNicsAreDoubled) {
  NcclSystem two = h100(2);
  two.nics = 2;
  expect(two, NcclAlgorithm::kRing, 4, 24, 24);
  EXPECT_EQ(nccl_thread_blocks(two), 8);
}

TEST(NcclChannels, OverPcieAreThoseThatFillTheLinkOfAGpu) {
  NcclSystem box{.generation = GpuGeneration::kAmpere, .gpus = 4, .pcie = 24};
  expect_rings_and_trees(box, 2, 12);
  box.pcie = 12;
  expect_rings_and_trees(box, 1, 12);
}

TEST(NcclChannels, OfLoneGpusAreThoseOfTheirNic) {
  expect(h100(4, 1), NcclAlgorithm::kRing, 2, 24, 24);
  EXPECT_TRUE(nccl_channels(h100(4, 1), NcclAlgorithm::kTree).plain_tree);
  EXPECT_FALSE(nccl_channels(a100(4), NcclAlgorithm::kTree).plain_tree);
}

TEST(NcclChannels, AreOneWhereNothingFits) {
  NcclSystem slow = h100(2);
  slow.nic = 0.05;
  expect_rings_and_trees(slow, 1, 0.1);
}

TEST(NcclChannels, OfCollNetNeedANetworkThatReduces) {
  NcclSystem system = h100(2);
  expect(system, NcclAlgorithm::kCollNetDirect, 0, 0, 0);
  expect(system, NcclAlgorithm::kCollNetChain, 0, 0, 0);
  system.collnet = true;
  expect(system, NcclAlgorithm::kCollNetDirect, 8, 48, 48);
  expect(system, NcclAlgorithm::kCollNetChain, 8, 48, 48);
}

}  // namespace
}  // namespace commsim::nccl_channels_test
