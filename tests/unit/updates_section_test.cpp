// Updates as scenarios have them, from YAML to a result.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "core/error.hpp"
#include "sim/scenario/training_set.hpp"
#include "sim/scenario/yaml_document.hpp"
#include "sim/workload/updates/worker_compute.hpp"

namespace commsim::updates_section_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

// Four workers and two hosts on a switch.
TrainingSet read(const std::string& updates, const std::vector<std::string>& overrides = {}) {
  ConfigDocument document = read_yaml_text(
      "version: 1\n"
      "topology: {kind: switch, ranks: 4, hosts: 2, link: {bandwidth: 10 GB/s, latency: 2 us}}\n"
      "training:\n"
      "  model: bert_large\n"
      "  gpu: a100_80gb\n"
      "  global_batch: 32\n"
      "  micro_batch: 4\n"
      "  updates: " +
          updates + "\n",
      "f");
  for (const std::string& change : overrides) apply_override(document, change);
  return read_training(document);
}

void expect_refused(const std::string& updates, const std::string& reason,
                    const std::vector<std::string>& overrides = {}) {
  EXPECT_THAT([&] { read(updates, overrides); }, ThrowsMessage<ConfigError>(HasSubstr(reason)));
}

UpdateResult updates_of(const std::string& updates,
                        const std::vector<std::string>& overrides = {}) {
  const TrainingSet set = read(updates, overrides);
  return run_training(set.points.at(0).job, *set.prices).updates.value();
}

TEST(UpdatesSection, RefusesWhatIsNone) {
  expect_refused("{kind: gossip}", "unknown choice 'gossip'");
  expect_refused("{kind: parameter_server, mode: lazy}", "unknown choice 'lazy'");
  expect_refused("{kind: parameter_server, bound: 2}", "bound");
  expect_refused("{kind: parameter_server, mode: stale, bound: -1}", "out of range");
  expect_refused("{kind: parameter_server, servers: 0}", "out of range");
  expect_refused("{kind: parameter_server, apply: 0 GB/s}", "apply");
  expect_refused("{kind: local, steps: 0}", "out of range");
  expect_refused("{kind: local, iterations: 0}", "out of range");
}

TEST(UpdatesSection, RefusesWhatTheClusterHasNot) {
  expect_refused("{kind: parameter_server, servers: 5}",
                 "5 parameter servers, and there are 4 workers; legal: 1 to 4");
  expect_refused("{kind: parameter_server, servers: 3, placement: separate}", "are 2 hosts");
  expect_refused("{kind: parameter_server, placement: separate}",
                 "legal here: placement: colocated", {"topology.hosts=0"});
}

TEST(UpdatesSection, IsForDataParallelismAlone) {
  for (const char* kind : {"{kind: parameter_server}", "{kind: local}"}) {
    for (const char* change : {"training.parallel.tensor=2", "training.parallel.pipeline=2",
                               "training.parallel.zero=optimizer"}) {
      expect_refused(kind, "updates.kind: all_reduce", {change});
    }
  }
  const TrainingSet set = read("{kind: parameter_server}");
  TrainingJob coded = set.points.at(0).job;
  const Compression codec{};
  coded.choices.codecs.traffic[Traffic::kData] = &codec;
  EXPECT_THAT([&] { require_legal(coded); }, ThrowsMessage<RequestError>(HasSubstr("codecs")));
}

TEST(UpdatesSection, RefusesRoutesAndRunsThatItCannotFollow) {
  expect_refused("{kind: parameter_server}", "one route each", {"network.routing=spray"});
  expect_refused("{kind: parameter_server}", "cut_through",
                 {"network.model=link_fifo", "network.switching=store_and_forward"});
  expect_refused("{kind: parameter_server, iterations: 1000000}", "messages");
}

TEST(UpdatesSection, HasNoTimeline) {
  const TrainingSet set = read("{kind: local}");
  TrainingTimeline timeline;
  EXPECT_THROW(run_training(set.points.at(0).job, *set.prices, &timeline), RequestError);
}

TEST(UpdatesSection, IsSweptWithTheKeysOfEachMode) {
  const TrainingSet set =
      read("{kind: parameter_server, mode: [synchronous, stale, asynchronous], bound: [1, 4]}");
  ASSERT_EQ(set.points.size(), 4U);
  EXPECT_EQ(set.points[0].job.updates.most_ahead(), 0);
  EXPECT_EQ(set.points[1].job.updates.most_ahead(), 1);
  EXPECT_EQ(set.points[2].job.updates.most_ahead(), 4);
  EXPECT_EQ(set.points[3].job.updates.most_ahead(), UpdateChoices::kNoBound);
}

TEST(UpdatesSection, WithoutItGradientsAreSummedInEveryStep) {
  const TrainingSet set = read("{kind: all_reduce}");
  const TrainingResult result = run_training(set.points.at(0).job, *set.prices);
  EXPECT_FALSE(result.updates.has_value());
  EXPECT_FALSE(result.calls.empty());
}

// One worker with one server on a host: compute, push, pull, exactly.
TEST(UpdatesSection, OneWorkerAndOneServerAreTheClosedForm) {
  const std::vector<std::string> one = {"topology.ranks=1", "topology.hosts=1"};
  const TrainingSet set = read("{kind: parameter_server, placement: separate, apply: 5 GB/s}", one);
  const TrainingJob& job = set.points.at(0).job;
  const TrainingResult result = run_training(job, *set.prices);
  const Bytes gradients = Bytes{result.parameters} * job.parallelism.precision.gradient;
  const Bytes weights = Bytes{result.parameters} * job.parallelism.precision.weight;
  const Duration sending = message_time(gradients, 10_GBps, 4_usec) + gradients / 5_GBps +
                           message_time(weights, 10_GBps, 4_usec);
  EXPECT_EQ(result.time, least_time(job) + sending);
  EXPECT_EQ(result.updates->spent.computing, least_time(job));
  EXPECT_EQ(result.updates->spent.sending, sending);
  EXPECT_EQ(result.mean.spent.computing() + result.mean.spent.communicating() + result.mean.bubble,
            result.time);
  EXPECT_DOUBLE_EQ(result.samples_per_second, 32 / seconds(result.time));
}

// A server beside its only worker costs nothing.
TEST(UpdatesSection, AServerBesideItsWorkerIsReachedInNoTime) {
  const TrainingSet set = read("{kind: parameter_server}", {"topology.ranks=1"});
  const TrainingJob& job = set.points.at(0).job;
  EXPECT_EQ(run_training(job, *set.prices).time, least_time(job));
}

TEST(UpdatesSection, AsynchronousIsNoSlowerAndStaleIsBetween) {
  for (const char* placement : {"colocated", "separate"}) {
    for (const char* seed : {"1", "2", "3", "4", "5"}) {
      const auto elapsed = [&](const std::string& mode) {
        return updates_of(
                   "{kind: parameter_server, mode: " + mode + ", placement: " + placement + "}",
                   {"network.model=alpha_beta", "training.jitter.spread=0.3",
                    std::string("training.jitter.seed=") + seed})
            .elapsed;
      };
      const Duration asynchronous = elapsed("asynchronous");
      const Duration stale = elapsed("stale, bound: 2");
      EXPECT_LE(asynchronous, stale);
      EXPECT_LE(stale, elapsed("synchronous"));
      EXPECT_EQ(elapsed("synchronous"), elapsed("stale, bound: 0"));
    }
  }
}

TEST(UpdatesSection, OnlySynchronousPushesAreNeverStale) {
  const std::vector<std::string> slow = {"training.jitter.slow_share=0.3",
                                         "training.jitter.slow_factor=3"};
  const UpdateResult synchronous = updates_of("{kind: parameter_server}", slow);
  EXPECT_EQ(synchronous.staleness.most(), 0);
  EXPECT_EQ(synchronous.staleness.pushes(), 4 * 50);
  EXPECT_EQ(synchronous.ahead, 0);
  const UpdateResult free = updates_of("{kind: parameter_server, mode: asynchronous}", slow);
  EXPECT_GT(free.staleness.mean(), 1);
  const UpdateResult stale = updates_of("{kind: parameter_server, mode: stale, bound: 2}", slow);
  EXPECT_LE(stale.ahead, 2);
}

// With the same jitter, fewer averages: fewer waits and fewer bytes.
TEST(UpdatesSection, LocalStepsAverageNowAndThen) {
  const std::vector<std::string> uneven = {"training.jitter.spread=0.2"};
  const TrainingSet set = read("{kind: local, steps: [1, 4, 16], iterations: 48}", uneven);
  std::vector<TrainingResult> results;
  for (const TrainingPoint& point : set.points) {
    results.push_back(run_training(point.job, *set.prices));
  }
  for (std::size_t i = 1; i < results.size(); ++i) {
    EXPECT_LT(results[i].time, results[i - 1].time);
    EXPECT_EQ(results[i].media[0].bytes, Bytes{results[i - 1].media[0].bytes / 4_B});
    EXPECT_GT(results[i].tokens_per_second, results[i - 1].tokens_per_second);
  }
}

TEST(WorkerCompute, DependsOnTheJitterAlone) {
  const TrainingSet set = read("{kind: local}", {"training.jitter.spread=0.1"});
  const WorkerCompute compute(set.points.at(0).job);
  EXPECT_EQ(compute.forward() + compute.backward(), least_time(set.points.at(0).job));
  EXPECT_EQ(compute.time(2, 7), compute.time(2, 7));
  EXPECT_NE(compute.time(2, 7), compute.time(3, 7));
  EXPECT_NE(compute.time(2, 7), compute.time(2, 8));
}

}  // namespace
}  // namespace commsim::updates_section_test
