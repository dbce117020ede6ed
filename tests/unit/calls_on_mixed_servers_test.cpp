// What calls cost on servers that are not alike.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "sim/scenario/training_set.hpp"
#include "sim/scenario/yaml_document.hpp"
#include "sim/workload/step/step_calls.hpp"

namespace commsim::calls_on_mixed_servers_test {
namespace {

// Two servers, one stage on each.
TrainingSet read(const char* first, const char* second, const char* parallel) {
  return read_training(read_yaml_text(
      fmt::format(
          "version: 1\n"
          "topology:\n"
          "  kind: islands\n"
          "  islands: [{{servers: 1, preset: {}}}, {{servers: 1, preset: {}}}]\n"
          "  fabric: rail_optimised\n"
          "training:\n"
          "  model: {{layers: 8, hidden: 1024, heads: 16, sequence: 512, vocabulary: 512}}\n"
          "  gpus: [{{gpu: a100_80gb, count: 8}}, {{gpu: h100, count: 8}}]\n"
          "  global_batch: 32\n"
          "  parallel: {}\n",
          first, second, parallel),
      "f"));
}

TrafficItem call_of(Traffic traffic, GroupKind group, std::int64_t ranks) {
  return {
      .traffic = traffic, .what = "", .group = group, .ranks = ranks, .size = 16_MiB, .calls = 1};
}

// On GPUs of each type and of both.
struct Prices {
  Duration first;
  Duration second;
  Duration both;
};

Prices prices_of(const TrainingSet& set, const TrafficItem& call) {
  const TrainingJob& job = set.points.at(0).job;
  StepCalls calls(job, job.network, *set.prices);
  return {calls.price(call, {0}), calls.price_again(call, {1}), calls.price_again(call, {0, 1})};
}

TEST(CallsOnMixedServers, WithinServersCostWhatTheyCostThere) {
  const char* const stages = "{tensor: 8, pipeline: 2}";
  const TrafficItem call = call_of(Traffic::kTensor, GroupKind::kTensor, 8);
  const Prices mixed = prices_of(read("dgx_a100", "dgx_h100", stages), call);
  const Prices old_ones = prices_of(read("dgx_a100", "dgx_a100", stages), call);
  const Prices new_ones = prices_of(read("dgx_h100", "dgx_h100", stages), call);
  EXPECT_LT(new_ones.both, old_ones.both);
  EXPECT_EQ(old_ones.first, old_ones.second);
  EXPECT_EQ(mixed.first, old_ones.both);
  EXPECT_EQ(mixed.second, new_ones.both);
  EXPECT_EQ(mixed.both, old_ones.both);
}

TEST(CallsOnMixedServers, BetweenServersCostTheSameForAll) {
  const char* const replicas = "{data: 2, tensor: 8}";
  const Prices mixed = prices_of(read("dgx_a100", "dgx_h100", replicas),
                                 call_of(Traffic::kData, GroupKind::kReplicas, 2));
  EXPECT_EQ(mixed.first, mixed.both);
  EXPECT_EQ(mixed.second, mixed.both);
}

// Two groups of four share each server's switches, also where a server holds two stages.
TEST(CallsOnMixedServers, CountAllGroupsOfAServer) {
  const char* const stages = "{tensor: 4, pipeline: 4}";
  const TrafficItem call = call_of(Traffic::kTensor, GroupKind::kTensor, 4);
  const Prices mixed = prices_of(read("dgx_a100", "dgx_h100", stages), call);
  EXPECT_EQ(mixed.first, prices_of(read("dgx_a100", "dgx_a100", stages), call).both);
  EXPECT_EQ(mixed.second, prices_of(read("dgx_h100", "dgx_h100", stages), call).both);
}

// The new servers' calls are faster, and what their stage waits for the other is bubble.
TEST(CallsOnMixedServers, MakeAStepFaster) {
  const auto result = [](const char* second) {
    const TrainingSet set = read("dgx_a100", second, "{tensor: 8, pipeline: 2}");
    return run_training(set.points.at(0).job, *set.prices);
  };
  const TrainingResult mixed = result("dgx_h100");
  const TrainingResult old_links = result("dgx_a100");
  EXPECT_LT(mixed.mean.spent[Activity::kTensor], old_links.mean.spent[Activity::kTensor]);
  EXPECT_LE(mixed.time, old_links.time);
}

}  // namespace
}  // namespace commsim::calls_on_mixed_servers_test
