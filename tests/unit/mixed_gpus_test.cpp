// Jobs on GPUs of several types.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "sim/workload/training/replica_classes.hpp"
#include "tests/support/four_gpus.hpp"

namespace commsim::mixed_gpus_test {
namespace {

using support::expect_refused;
using support::kHalves;
using support::read;
using support::result_of;
using testing::ElementsAre;

TEST(MixedGpus, RefusesGroupsThatAreNone) {
  expect_refused("gpus: []", "expected a list of 1 to");
  expect_refused("gpus: a100_80gb", "expected a list of 1 to");
  expect_refused("gpus: [{gpu: a100_80gb}]", "'count' is missing");
  expect_refused("gpus: [{count: 4}]", "'gpu' is missing");
  expect_refused("gpus: [{gpu: a100, count: 4}]", "unknown GPU 'a100'");
  expect_refused("gpus: [{gpu: h100, count: 0}]", "out of range");
  expect_refused("gpus: [{gpu: h100, count: 4, memory: 3}]", "memory");
  expect_refused("gpus: [{gpu: h100, count: 3}]", "the counts add up to 3, and the job has 4 GPUs");
  expect_refused("gpus: [{gpu: h100, count: 3}]", "add up to 3; legal: 4",
                 {"training.parallel.data=2"});
  expect_refused("gpus: [{gpu: h100, count: 4}]", "in place of gpu", {"training.gpu=h100"});
  expect_refused(kHalves, "a v100_32gb has no products of bf16",
                 {"training.precision.compute=bf16"});
}

TEST(MixedGpus, ChecksMemoryOfTheStageThatHoldsIt) {
  const std::vector<std::string> large = {"training.model=gpt2_xl", "training.parallel.pipeline=2",
                                          "training.parallel.data=2", "training.micro_batch=2"};
  const std::string gpus = "gpus: [{{gpu: {}, count: 2}}, {{gpu: {}, count: 2}}]";
  EXPECT_NO_THROW(read("gpu: a100_40gb", large));
  EXPECT_NO_THROW(read(fmt::format(fmt::runtime(gpus), "a100_40gb", "a100_80gb"), large));
  expect_refused(fmt::format(fmt::runtime(gpus), "a100_40gb", "v100_16gb"),
                 "a GPU of stage 1 needs", large);
  expect_refused(fmt::format(fmt::runtime(gpus), "v100_16gb", "a100_40gb"),
                 "and a v100_16gb has 16.0 GiB", large);
}

TEST(MixedGpus, GroupsOfOneTypeAreThatType) {
  for (const char* parallel : {"{}", "{pipeline: 2}", "{tensor: 2, zero: optimizer}"}) {
    const std::string change = std::string("training.parallel=") + parallel;
    const TrainingResult one = result_of("gpu: a100_80gb", {change});
    const TrainingResult groups =
        result_of("gpus: [{gpu: a100_80gb, count: 1}, {gpu: a100_80gb, count: 3}]", {change});
    EXPECT_EQ(one.time, groups.time);
    EXPECT_EQ(one.mfu, groups.mfu);
    EXPECT_EQ(one.mean.bubble, groups.mean.bubble);
  }
}

// The same rates under another name go another way through the simulation.
TEST(MixedGpus, EqualTypesAreASingleOne) {
  for (const char* parallel : {"{}", "{pipeline: 2}", "{tensor: 2, zero: optimizer}",
                               "{pipeline: 4}", "{zero: parameters}"}) {
    const TrainingSet set = read(
        "gpu: a100_80gb", {std::string("training.parallel=") + parallel, "training.jitter={}"});
    TrainingJob job = set.points.at(0).job;
    const Roofline type = job.gpus.types().front();
    Gpu alias = *type.gpu;
    alias.name = "another";
    Roofline other = type;
    other.gpu = &alias;
    for (const double spread : {0.0, 0.1}) {
      job.jitter.spread = spread;
      job.jitter.repetitions = 5;
      job.gpus = GpuFleet(type);
      const TrainingResult one = run_training(job, *set.prices);
      job.gpus = GpuFleet();
      job.gpus.add(type, 1);
      job.gpus.add(other, 3);
      ASSERT_TRUE(job.gpus.mixed());
      const TrainingResult two = run_training(job, *set.prices);
      EXPECT_EQ(one.time, two.time);
      EXPECT_EQ(one.slow, two.slow);
      EXPECT_EQ(one.mean.spent.computing(), two.mean.spent.computing());
      EXPECT_EQ(one.critical_path.computing(), two.critical_path.computing());
      EXPECT_DOUBLE_EQ(one.mfu, two.mfu);
    }
  }
}

TEST(MixedGpus, AreAsFastAsTheSlowestAndAddUpTheirPeaks) {
  const TrainingResult fast = result_of("gpu: a100_80gb");
  const TrainingResult mixed = result_of(kHalves);
  const TrainingResult slow = result_of("gpu: v100_32gb");
  EXPECT_LT(fast.time, mixed.time);
  EXPECT_EQ(mixed.time, slow.time);
  const double peaks = 2 * 312e12 + 2 * 125e12;
  EXPECT_NEAR(mixed.mfu * peaks, slow.mfu * 4 * 125e12, 1e6);
  // What the fast ones wait for is no communication.
  EXPECT_GT(mixed.mean.bubble, Duration{0});
  const Duration all =
      mixed.mean.spent.computing() + mixed.mean.spent.communicating() + mixed.mean.bubble;
  EXPECT_NEAR(seconds(all), seconds(mixed.time), 1e-11);
}

// With tensor parallelism two ranks are one, with experts all of a group.
TEST(MixedGpus, RanksThatWaitInEveryLayerAreAsSlowAsTheSlowest) {
  const std::string apart =
      "gpus: [{gpu: a100_80gb, count: 1}, {gpu: v100_32gb, count: 1}, {gpu: a100_80gb, count: 2}]";
  const TrainingSet set = read(apart, {"training.parallel.tensor=2"});
  const TrainingJob& job = set.points.at(0).job;
  const ReplicaClasses replicas = replica_classes(job.gpus, job.parallelism, job.order);
  ASSERT_EQ(replicas.classes.size(), 2U);
  EXPECT_THAT(replicas.classes[0].stages, ElementsAre(ElementsAre(0U, 1U)));
  EXPECT_THAT(replicas.classes[1].stages, ElementsAre(ElementsAre(0U)));
  const TrainingSet experts = read(
      apart,
      {"training.model.experts={count: 4, active: 2, width: 1024}", "training.parallel.expert=4"});
  const TrainingJob& with = experts.points.at(0).job;
  EXPECT_EQ(replica_classes(with.gpus, with.parallelism, with.order).classes.size(), 1U);
}

TEST(MixedGpus, AGroupHasItsOwnEfficiency) {
  const std::string gpus =
      "gpus: [{gpu: a100_80gb, count: 2, efficiency: {products: 0.3}}, {gpu: a100_80gb, count: 2}]";
  const TrainingSet set = read(gpus, {"training.efficiency.products=0.6"});
  EXPECT_EQ(set.points.at(0).job.gpus.types().size(), 2U);
  EXPECT_EQ(result_of(set).time,
            result_of("gpu: a100_80gb", {"training.efficiency.products=0.3"}).time);
}

TEST(MixedGpus, AFileMaySayWhatTheirKernelsReach) {
  const auto source = [](const char* efficiency) {
    const TrainingSet set = read("gpu: h100", {std::string("training.efficiency=") + efficiency});
    return set.points.at(0).job.gpus.types().front().efficiency.source;
  };
  EXPECT_THAT(source("{products: 0.5, attention: 0.3}"),
              testing::StartsWith("products, attention as the file says; else calibrated on"));
  EXPECT_THAT(source("{}"), testing::StartsWith("calibrated on"));
  expect_refused("gpu: h100", "it belongs to 'products', which is not there",
                 {"training.efficiency={half: 1e9}"});
}

TEST(MixedGpus, LocalStepsAndServersHaveThemToo) {
  const std::vector<std::string> updates = {"training.updates={kind: local, steps: 2}"};
  EXPECT_EQ(result_of(kHalves, updates).time, result_of("gpu: v100_32gb", updates).time);
  const std::vector<std::string> servers = {
      "training.updates={kind: parameter_server, mode: asynchronous, servers: 1}",
      "topology.link.bandwidth=100 GB/s"};
  EXPECT_LT(result_of("gpu: a100_80gb", servers).time, result_of(kHalves, servers).time);
  EXPECT_LT(result_of(kHalves, servers).time, result_of("gpu: v100_32gb", servers).time);
}

}  // namespace
}  // namespace commsim::mixed_gpus_test
