// The suite codecs of the probe: what it plans, and what its table has.
#include <gmock/gmock.h>

#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "calibrate/probe/host/codec_reference.hpp"
#include "calibrate/probe/host/codec_step.hpp"
#include "calibrate/probe/host/plan.hpp"
#include "calibrate/probe/host/row.hpp"
#include "calibrate/probe/host/team.hpp"
#include "calibrate/probe/host/text.hpp"
#include "calibrate/probe/host/worker.hpp"
#include "tests/support/fake_device.hpp"

namespace commsim::probe_codec_suite_test {
namespace {

using namespace commsim::probe;
using testing::ElementsAre;
using testing::EndsWith;
using testing::IsSupersetOf;
using testing::StartsWith;

constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20U;
constexpr std::uint64_t kMuch = 81920 * kMebibyte;

Inventory one_gpu(std::uint64_t memory) {
  Inventory inventory;
  inventory.gpus = {"a GPU"};
  inventory.memory = memory;
  inventory.codecs = true;
  return inventory;
}

std::vector<Batch> planned(std::uint64_t memory, const Extent& extent) {
  return make_plan(one_gpu(memory), extent, {"codecs"});
}

std::set<std::uint64_t> sizes(const std::vector<Batch>& plan) {
  std::set<std::uint64_t> found;
  for (const Batch& batch : plan) {
    for (const Case& which : batch.cases) found.insert(which.size);
  }
  return found;
}

TEST(ProbeCodecSuite, AnOperationOfNoCodecIsRefused) {
  EXPECT_THROW(codec_step("int8"), std::runtime_error);
  EXPECT_THROW(codec_step("int7_encode"), std::runtime_error);
}

TEST(ProbeCodecSuite, WithoutAGpuOrBuiltWithoutCubNothingIsPlanned) {
  Inventory no_gpu = one_gpu(kMebibyte);
  no_gpu.gpus.clear();
  EXPECT_TRUE(make_plan(no_gpu, {}, {"codecs"}).empty());
  Inventory no_cub = one_gpu(kMuch);
  no_cub.codecs = false;
  EXPECT_TRUE(make_plan(no_cub, {}, {"codecs"}).empty());
}

void expect_of_one_operation(const Batch& batch) {
  EXPECT_EQ(batch.processes.size(), 1U);
  for (const Case& which : batch.cases) {
    EXPECT_EQ(which.operation, batch.cases.front().operation);
    const CodecStep step = codec_step(which.operation);
    EXPECT_EQ(which.operation, step.codec + (step.decodes ? "_decode" : "_encode"));
  }
}

TEST(ProbeCodecSuite, EveryCodecIsMeasuredBothWaysInABatchOfItsOwn) {
  const auto plan = planned(kMuch, {});
  ASSERT_EQ(plan.size(), 2 * (dense_codecs().size() + sparse_codecs().size()));
  std::set<std::string> operations;
  for (const Batch& batch : plan) {
    ASSERT_FALSE(batch.cases.empty());
    operations.insert(batch.cases.front().operation);
    expect_of_one_operation(batch);
  }
  EXPECT_EQ(operations.size(), plan.size());
  EXPECT_THAT(operations, IsSupersetOf({"fp8_e4m3_decode", "one_bit_encode", "top_k_encode"}));
}

TEST(ProbeCodecSuite, SizesAreThoseThatWereAskedForAndFitIntoTheGpu) {
  EXPECT_THAT(sizes(planned(kMuch, {})), ElementsAre(kMebibyte, 16 * kMebibyte, 256 * kMebibyte));
  Extent small;
  small.most = 16 * kMebibyte;
  EXPECT_THAT(sizes(planned(kMuch, small)), ElementsAre(kMebibyte, 16 * kMebibyte));
  EXPECT_THAT(sizes(planned(1024 * kMebibyte, {})), ElementsAre(kMebibyte, 16 * kMebibyte));
  Extent large;
  large.least = 1024 * kMebibyte;
  EXPECT_TRUE(planned(kMuch, large).empty());
}

TEST(ProbeCodecSuite, ARowSaysWhatPartOfACopysBandwidthWasReached) {
  Result result;
  result.which = {"codecs", "int8_encode", "float32", "", "", 0, kMebibyte};
  result.facts.moved = 1314816;
  result.facts.copy_time = 1.5;
  result.out_of_place.median = 2;
  result.out_of_place.repeats = {2, 2};
  EXPECT_THAT(header("codecs"), EndsWith(",what,moved_bytes,copy_us,copy_share"));
  EXPECT_THAT(row(result), EndsWith(",1314816,1.500,0.750"));
  EXPECT_EQ(key_of_row("codecs", row(result)), key(result.which));
  EXPECT_EQ(split(header("codecs"), ',').size(), split(row(result), ',').size());
  EXPECT_THAT(header("copy"), EndsWith(",what"));
}

TEST(ProbeCodecSuite, WhatDiffersFromTheReferenceIsAFailureAndEndsItsBatch) {
  FakeDevice device;
  device.scripts["int8_encode"].fault = "against the reference element 3 is 0x0 instead of 0x1";
  SoloTeam team;
  const auto plan = planned(kMuch, {});
  std::vector<std::string> lines;
  const probe::Report report = [&](const std::string& line) { lines.push_back(line); };
  std::size_t finished = 0;
  for (const Batch& batch : plan) finished += work(device, team, batch.cases, {}, report) ? 1U : 0U;
  EXPECT_EQ(finished, plan.size() - 1);
  EXPECT_THAT(lines, testing::Contains(StartsWith("fail against the reference element 3 is")));
}

}  // namespace
}  // namespace commsim::probe_codec_suite_test
