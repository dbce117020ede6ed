// Each formula of NCCL's model against numbers that were worked out by hand.
#include "calibrate/nccl/nccl_estimate.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "tests/support/nccl_systems.hpp"

namespace commsim::nccl_estimate_test {
namespace {

using support::a100;
using support::b200;
using support::h100;
using testing::HasSubstr;
using A = NcclAlgorithm;
using C = NcclCollective;
using P = NcclProtocol;

NcclEstimate estimate(const NcclSystem& system, C collective, A algorithm, P protocol,
                      Bytes size = Bytes{8}) {
  return nccl_estimates(system, {.collective = collective, .size = size},
                        {.algorithm = algorithm, .protocol = protocol})
      .front();
}

void expect(const NcclEstimate& found, double latency, double bandwidth) {
  EXPECT_NEAR(found.latency, latency, 1e-9) << to_text(found.algorithm);
  EXPECT_NEAR(found.bandwidth, bandwidth, 1e-9) << to_text(found.algorithm);
}

std::string refusal(const NcclSystem& system, const NcclCall& call,
                    const NcclChoiceLimits& limits = {}) {
  try {
    nccl_estimates(system, call, limits);
  } catch (const RequestError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(NcclEstimate, IsRefusedWhereNcclHasNone) {
  EXPECT_THAT(refusal(h100(1, 1), {}), HasSubstr("single rank"));
  NcclSystem system = b200();
  system.version = {24};
  EXPECT_THAT(refusal(system, {}), HasSubstr("no tables for Blackwell; legal: 2.25"));
  system = h100();
  system.nvlink = 0;
  system.pcie = 0;
  EXPECT_THAT(refusal(system, {}), HasSubstr("NVLinks or of PCIe"));
  system.nvlink = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(refusal(system, {}), HasSubstr("rate of NVLinks"));
  system = h100(2);
  system.nics = 0;
  EXPECT_THAT(refusal(system, {}), HasSubstr("a NIC or more"));
  system = h100(2);
  system.nic = 0;
  EXPECT_THAT(refusal(system, {}), HasSubstr("rate of a NIC"));
  system = h100(2);
  system.nic_latency = -1;
  EXPECT_THAT(refusal(system, {}), HasSubstr("negative"));
}

TEST(NcclEstimate, OfAnAlgorithmThatNcclDoesNotConsiderNamesThoseThatItDoes) {
  EXPECT_THAT(
      refusal(a100(), {}, {.algorithm = A::kNvls}),
      HasSubstr("not do this by nvls; it considers tree LL, tree LL128, tree Simple, ring"));
  EXPECT_THAT(refusal(a100(), {.collective = C::kBroadcast}, {.algorithm = A::kTree}),
              HasSubstr("it considers ring LL, ring LL128, ring Simple"));
  EXPECT_THAT(refusal(h100(), {}, {.algorithm = A::kNvls, .protocol = P::kLl}),
              HasSubstr("nvls with LL"));
}

TEST(NcclCollectiveName, WithoutAModelIsRefusedWithThoseThatHaveOne) {
  try {
    nccl_collective("all_to_all");
    FAIL() << "NCCL has no model of it";
  } catch (const RequestError& error) {
    EXPECT_THAT(error.what(), HasSubstr("all_to_all"));
    EXPECT_THAT(error.what(), HasSubstr("legal: all_reduce, all_gather, reduce_scatter"));
  }
}

TEST(NcclVersion, IsReadWithAndWithoutAPatch) {
  EXPECT_EQ(nccl_version("2.18"), kOldestNccl);
  EXPECT_EQ(nccl_version("2.27.3"), NcclVersion{27});
  for (const char* bad :
       {"2.17", "2.31", "3.1", "2", "2.", "2.x", "2.27.", "2.27.x", "v2.27", ""}) {
    EXPECT_THROW(nccl_version(bad), RequestError) << bad;
  }
}

// bus 12 x 20 = 240, n / steps = 8 / 14; 14 steps of .6, 1.9 and 3.4.
TEST(NcclEstimate, OfARingInOneServer) {
  expect(estimate(a100(), C::kAllReduce, A::kRing, P::kLl), 6.6 + 14 * .6, 87.7 * 8 / 14);
  expect(estimate(a100(), C::kAllReduce, A::kRing, P::kLl128), 14 + 14 * 1.9, .92 * 240 * 8 / 14);
  expect(estimate(a100(), C::kAllReduce, A::kRing, P::kSimple), 8.4 + 14 * 3.4, 240 * 8.0 / 14);
  expect(estimate(a100(), C::kAllGather, A::kRing, P::kSimple), 8.4 + 7 * 3.4, 240 * 8.0 / 7);
  expect(estimate(a100(), C::kReduce, A::kRing, P::kSimple), 8.4 + 3.4, 240);
}

TEST(NcclEstimate, OfATreeInOneServer) {
  expect(estimate(a100(), C::kAllReduce, A::kTree, P::kLl), 6.8 + 14 * .6, .92 * 240 / 3.8 / 2);
  expect(estimate(a100(), C::kAllReduce, A::kTree, P::kLl128), 14 + 14 * 1.25,
         .92 * 240 * 7 / 9 / 2);
  expect(estimate(a100(), C::kAllReduce, A::kTree, P::kSimple), 8.4 + 14 * 4, .92 * 240 / 2);
}

// 30 steps, 2 of them between servers; posting costs 1 us, 3 with Simple. bus 8 x 48 = 384.
TEST(NcclEstimate, OfARingBetweenServers) {
  expect(estimate(h100(2), C::kAllReduce, A::kRing, P::kLl), 6.6 + 28 * 1 + 2 * 2.7,
         39 * 16.0 / 30);
  expect(estimate(h100(2), C::kAllReduce, A::kRing, P::kLl128), 14 + 28 * 1.9 + 2 * 4,
         8 * 36.7 * 16 / 30);
  expect(estimate(h100(2), C::kAllReduce, A::kRing, P::kSimple), 8.4 + 28 * 3.4 + 2 * 14,
         384 * 16.0 / 30);
  expect(estimate(h100(2), C::kReduceScatter, A::kRing, P::kLl), 6.6 + 14 * 1 + 2.7,
         39 * 16.0 / 15);
}

TEST(NcclEstimate, OfLlBetweenServersGoesByTheirCpus) {
  NcclSystem amd = h100(2);
  amd.cpu = CpuMaker::kAmd;
  expect(estimate(amd, C::kAllReduce, A::kRing, P::kLl), 6.6 + 28 * 2 + 2 * 2.7, 22.5 * 16 / 30);
  NcclSystem arm = h100(4);
  arm.cpu = CpuMaker::kOther;
  expect(estimate(arm, C::kAllReduce, A::kRing, P::kLl), 6.6 + 56 * 1 + 6 * 2.7, 20.4 * 32 / 62);
}

// One GPU sends and receives for its server, which leaves 85 %.
TEST(NcclEstimate, OfATreeBetweenServers) {
  expect(estimate(h100(2), C::kAllReduce, A::kTree, P::kLl), 6.8 + 2 * (7 * .6 + 5), 39 * .85 / 2);
  expect(estimate(h100(2), C::kAllReduce, A::kTree, P::kLl128), 14 + 2 * (7 * 1.25 + 8.5),
         8 * 36.7 * .85 / 2);
  expect(estimate(h100(2), C::kAllReduce, A::kTree, P::kSimple), 8.4 + 2 * (7 * 4 + 14),
         8 * 41.4 * .85 / 2);
  // lg 5 is 2, and more than two servers go by the network: 8 x 24 x .92 = 176.6 > 8 x 17.8.
  expect(estimate(a100(5), C::kAllReduce, A::kTree, P::kSimple), 8.4 + 2 * (7 * 4 + 2 * 14),
         8 * 17.8 / 2);
}

// 8 heads of 40 x .85 x 7/8; an all-reduce has two of these at a time.
TEST(NcclEstimate, OfNvls) {
  expect(estimate(h100(), C::kAllReduce, A::kNvls, P::kSimple), 25,
         8 * 40 * .85 * 7 / 8 * 2 * 8 / 14);
  expect(estimate(h100(), C::kAllGather, A::kNvls, P::kSimple), 25, 8 * 40 * .85 * 7 / 8 * 7 / 8);
  // 80 x .74 x 7/8 x 2 = 103.6, but 90 is the most that the list has.
  expect(estimate(b200(), C::kAllReduce, A::kNvls, P::kSimple), 25, 8 * 90.0 * 8 / 14);
}

TEST(NcclEstimate, OfNvlsTrees) {
  expect(estimate(h100(2), C::kAllReduce, A::kNvlsTree, P::kSimple), 25 + 2 * 20.9,
         8 * 57.7 * 16 / 30);
  expect(estimate(h100(4), C::kAllReduce, A::kNvlsTree, P::kSimple), 25 + 4 * 20.9,
         8 * 45.5 * 32 / 62);
}

TEST(NcclEstimate, OfPatIsForLoneGpus) {
  expect(estimate(h100(4, 1), C::kAllGather, A::kPat, P::kSimple), 8 + 2 * 14 / 3.5 + 2.8 * 4,
         2 * 24 * .75);
  EXPECT_THAT(refusal(h100(4), {.collective = C::kAllGather}, {.algorithm = A::kPat}),
              HasSubstr("not do this by pat"));
}

TEST(NcclEstimate, OfCollNet) {
  NcclSystem system = h100(2);
  system.collnet = true;
  expect(estimate(system, C::kAllReduce, A::kCollNetDirect, P::kSimple), 2 * (3.7 + 7 * .4) + 31,
         8 * 48 * .85 / 2);
  expect(estimate(system, C::kAllReduce, A::kCollNetChain, P::kSimple), 14 * 2.8 + 30,
         8 * 48 / 2.0);
  expect(estimate(system, C::kAllGather, A::kCollNetDirect, P::kSimple), 2 * (3.7 + 7 * .4) + 31,
         8 * .9 * 48);
  expect(estimate(system, C::kAllReduce, A::kNvls, P::kSimple), 25 + 18, 8 * 48 * 16.0 / 30);
  system.nics = 4;  // two GPUs a head: factor 2 - 1/2
  expect(estimate(system, C::kAllReduce, A::kCollNetDirect, P::kSimple), 2 * (3.7 + 7 * .4) + 31,
         4 * 48 * .85 / 1.5 / 2);
  EXPECT_THAT(refusal(system, {.collective = C::kAllGather}, {.algorithm = A::kCollNetDirect}),
              HasSubstr("not do this"));
}

// Rings that differ in order add up the latency of all GPUs, with Simple that of a tree's chunk.
TEST(NcclEstimate, OfBroadcastBetweenServers) {
  expect(estimate(h100(2), C::kBroadcast, A::kRing, P::kLl), 6.6 + 16 * 2.7, 39);
  expect(estimate(h100(2), C::kBroadcast, A::kRing, P::kSimple), 8.4 + 16 * 14, 384);
  NcclSystem one = h100(2);
  one.nics = 1;
  expect(estimate(one, C::kBroadcast, A::kRing, P::kSimple), 8.4 + 14, 48);
}

TEST(NcclEstimate, WaitsForTheNetworkTwiceWithSimple) {
  NcclSystem efa = h100(2);
  efa.nic_latency = 75;
  EXPECT_NEAR(estimate(efa, C::kAllReduce, A::kTree, P::kLl).latency, 6.8 + 2 * (4.2 + 80), 1e-9);
  EXPECT_NEAR(estimate(efa, C::kAllReduce, A::kTree, P::kSimple).latency, 8.4 + 2 * (28 + 14 + 150),
              1e-9);
}

TEST(NcclEstimate, OfPcieTakesItsLatenciesAndHasNoLl128) {
  const NcclSystem box{.generation = GpuGeneration::kAmpere, .gpus = 4, .pcie = 24};
  expect(estimate(box, C::kAllReduce, A::kRing, P::kLl), 6.6 + 6 * 1, 12 * 4.0 / 6);
  expect(estimate(box, C::kAllReduce, A::kRing, P::kSimple), 8.4 + 6 * 5.7, 24 * 4.0 / 6);
  EXPECT_THAT(refusal(box, {}, {.protocol = P::kLl128}), HasSubstr("not do this"));
}

// From 64 bytes for each of 16 thread blocks of 16 ranks on.
TEST(NcclEstimate, OfSimpleRingsBetweenServersIsLongerOnceAllBlocksSend) {
  const double latency = 8.4 + 28 * 3.4 + 2 * 14;
  const auto of = [](const NcclSystem& system, Bytes size) {
    return estimate(system, C::kAllReduce, A::kRing, P::kSimple, size).latency;
  };
  EXPECT_NEAR(of(h100(2), Bytes{16383}), latency, 1e-9);
  EXPECT_NEAR(of(h100(2), Bytes{16384}), 1.4 * latency, 1e-9);
  NcclSystem volta = a100(2);
  volta.generation = GpuGeneration::kVolta;
  volta.cpu = CpuMaker::kIntel;
  EXPECT_NEAR(of(volta, 1_MiB), 1.9 * latency, 1e-9);
}

TEST(NcclEstimate, CorrectsTreesAtMiddleSizes) {
  const auto of = [](P protocol, Bytes size) {
    return estimate(a100(), C::kAllReduce, A::kTree, protocol, size).correction;
  };
  EXPECT_EQ(of(P::kLl, Bytes{8}), 1);
  EXPECT_EQ(of(P::kLl, 256_KiB), .4);
  EXPECT_EQ(of(P::kLl128, 256_KiB), .6);
  EXPECT_EQ(of(P::kSimple, 256_KiB), .5);
  EXPECT_EQ(of(P::kSimple, 511_MiB), .9);
  EXPECT_EQ(of(P::kSimple, 512_MiB), 1);
  EXPECT_EQ(estimate(a100(), C::kAllReduce, A::kRing, P::kLl, 256_KiB).correction, 1);
}

TEST(NcclEstimate, IsLatencyAndSizeOverBandwidthByCorrection) {
  const NcclEstimate tree = estimate(a100(), C::kAllReduce, A::kTree, P::kSimple, 256_KiB);
  EXPECT_NEAR(tree.time, 64.4 + 262144 / (1000 * 110.4 * .5), 1e-9);
}

TEST(NcclEstimate, KeepsFp8FromBeingSummedInRingsOfNine) {
  const NcclCall call{.collective = C::kAllReduce, .size = 1_MiB, .fp8 = true};
  const NcclChoiceLimits ring{.algorithm = A::kRing, .protocol = P::kLl};
  const auto time = [&](const NcclSystem& system, const NcclCall& of) {
    return nccl_estimates(system, of, ring).front().time;
  };
  NcclCall wide = call;
  wide.fp8 = false;
  NcclCall gather = call;
  gather.collective = C::kAllGather;
  NcclCall wide_gather = gather;
  wide_gather.fp8 = false;
  EXPECT_EQ(time(h100(2), call), 1024 * time(h100(2), wide));
  EXPECT_EQ(time(h100(), call), time(h100(), wide));
  EXPECT_EQ(time(h100(2), gather), time(h100(2), wide_gather));
  EXPECT_EQ(time(support::of_version(h100(2), 23), call),
            time(support::of_version(h100(2), 23), wide));
}

TEST(NcclEstimates, AreAllThatNcclConsidersFastestFirst) {
  const auto all = nccl_estimates(h100(2), {.collective = C::kAllReduce, .size = 1_GiB});
  EXPECT_EQ(all.size(), 7U) << "three of rings, three of trees, an NVLS tree";
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_LE(all[i - 1].time, all[i].time);
  EXPECT_EQ(all.front().algorithm, A::kNvlsTree);
  EXPECT_EQ(nccl_estimates(h100(2), {.size = Bytes{8}}).front().algorithm, A::kTree);
  EXPECT_EQ(nccl_estimates(h100(), {.size = 1_GiB}).front().algorithm, A::kNvls);
  EXPECT_EQ(nccl_estimates(h100(), {.size = 1_MiB}).front().protocol, P::kLl);
}

}  // namespace
}  // namespace commsim::nccl_estimate_test
