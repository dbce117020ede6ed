#include "sim/scenario/training_section.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "collectives/algorithm.hpp"
#include "sim/scenario/flag.hpp"
#include "sim/scenario/gpu_section.hpp"
#include "sim/scenario/model_section.hpp"
#include "sim/scenario/parallel_section.hpp"
#include "sim/scenario/updates_section.hpp"
#include "sim/workload/step/group_calls.hpp"
#include "sim/workload/step/slow_cables.hpp"

namespace commsim {

namespace {

constexpr std::int64_t kMostSequences = std::int64_t{1} << 30;
constexpr std::int64_t kMostRepetitions = 100'000;

void read_precision(ConfigReader& section, Precision& precision) {
  ConfigReader own = section.section("precision");
  const auto scheme = own.word("scheme", {"megatron", "zero", "full"}).value_or("megatron");
  const auto compute = own.word("compute", [] {
    std::vector<std::string> names;
    for (const auto name : number_formats()) names.emplace_back(name);
    return names;
  }());
  precision = scheme == "zero"   ? zero_precision(NumberFormat::kBf16)
              : scheme == "full" ? full_precision()
                                 : megatron_precision();
  if (compute) {
    const auto& names = number_formats();
    precision.compute = static_cast<NumberFormat>(
        std::distance(names.begin(), std::find(names.begin(), names.end(), *compute)));
  }
  const auto read = [&](std::string_view key, std::int64_t& width, std::int64_t most) {
    width = own.whole(key, {.least = 0, .most = most}).value_or(width);
  };
  read("weight", precision.weight, 8);
  read("gradient", precision.gradient, 8);
  read("optimizer", precision.optimizer, 64);
  read("activation", precision.activation, 8);
  own.checked("", [&] {
    validate(precision);
    return true;
  });
}

void read_part(ConfigReader& section, std::string_view key, double& part) {
  const auto number = section.number(key);
  if (!number) return;
  if (!(*number >= 0 && *number < 1)) return section.error(key, "from 0 to less than 1");
  part = *number;
}

void read_overlap(ConfigReader& section, StepChoices& choices, Parallelism& parallelism) {
  ConfigReader own = section.section("overlap");
  choices.bucket = own.bytes("bucket").value_or(choices.bucket);
  choices.first_bucket = own.bytes("first_bucket").value_or(choices.first_bucket);
  choices.overlap_gradients = read_flag(own, "gradients", choices.overlap_gradients);
  choices.overlap_sends = read_flag(own, "sends", choices.overlap_sends);
  choices.overlap_parameters = read_flag(own, "parameters", choices.overlap_parameters);
  parallelism.prefetch =
      own.whole("prefetch", {.least = 0, .most = 1000}).value_or(parallelism.prefetch);
  choices.tensor_pieces = read_flag(own, "tensor_pieces", choices.tensor_pieces);
  read_part(own, "tensor_hidden", choices.tensor_hidden);
  if (choices.tensor_pieces && choices.tensor_hidden > 0) {
    own.error("tensor_hidden", "how much is hidden follows from the pieces: leave it out");
  }
  read_part(own, "lost_to_communication", choices.lost_to_communication);
}

// Of all collectives: which of them a traffic calls depends on the division.
std::set<std::string> all_algorithms() {
  std::set<std::string> names = {"auto", std::string(kByPhysics)};
  for (const Algorithm* entry : Registry<Algorithm>::entries()) {
    names.emplace(entry->name.substr(entry->name.find('/') + 1));
  }
  return names;
}

void read_algorithms(ConfigReader& section, StepChoices& choices) {
  const ConfigNode* node = section.raw("algorithms");
  if (node != nullptr && node->kind != ConfigNode::Kind::kMap) {
    const auto all = section.text("algorithms");
    if (all && *all != "auto" && *all != kByPhysics) {
      section.error("algorithms", fmt::format("unknown choice '{}' for all calls (legal: auto, "
                                              "physics, or a map such as {{data: ring}})",
                                              *all));
    }
    choices.other_algorithm = all.value_or("");
    return;
  }
  ConfigReader own = section.section("algorithms");
  for (const Traffic traffic :
       {Traffic::kData, Traffic::kTensor, Traffic::kVocabulary, Traffic::kPipeline,
        Traffic::kContext, Traffic::kExpert, Traffic::kEmbedding, Traffic::kNorms}) {
    const auto name = own.text(to_text(traffic));
    if (!name) continue;
    const auto legal = traffic == Traffic::kPipeline
                           ? std::set<std::string>{"direct", std::string(kByPhysics)}
                           : all_algorithms();
    if (!legal.contains(*name)) {
      own.error(to_text(traffic),
                fmt::format("unknown algorithm '{}' (legal: {})", *name, fmt::join(legal, ", ")));
    }
    choices.algorithms[traffic] = *name;
  }
}

void read_slow_links(ConfigReader& jitter, SlowLinks& links) {
  if (jitter.raw("slow_links") == nullptr) return;
  ConfigReader own = jitter.section("slow_links");
  links.share = own.required("share", own.number("share"), links.share);
  links.factor = own.required("factor", own.number("factor"), links.factor);
  links.medium = own.text("medium").value_or("");
}

void read_jitter(ConfigReader& section, TrainingJob& job) {
  ConfigReader own = section.section("jitter");
  Jitter& jitter = job.jitter;
  jitter.spread = own.number("spread").value_or(jitter.spread);
  jitter.slow_share = own.number("slow_share").value_or(jitter.slow_share);
  jitter.slow_factor = own.number("slow_factor").value_or(jitter.slow_factor);
  read_slow_links(own, jitter.links);
  jitter.repetitions = own.whole("repetitions", {.least = 1, .most = kMostRepetitions})
                           .value_or(jitter.any() ? 20 : 1);
  const auto seed = own.whole("seed", {.least = 0, .most = INT64_MAX});
  jitter.seed = static_cast<std::uint64_t>(seed.value_or(1));
  own.checked("", [&] {
    validate(jitter);
    return true;
  });
  if (!jitter.links.any() || own.failed() || job.network.cluster == nullptr) return;
  own.checked("slow_links", [&] {
    const SlowCables legal(*job.network.cluster, jitter);
    return true;
  });
}

}  // namespace

void read_training_section(ConfigReader& section, TrainingJob& job) {
  read_model(section, job);
  read_precision(section, job.parallelism.precision);
  read_gpus(section, job);
  Parallelism& parallelism = job.parallelism;
  const WholeRange sequences{.least = 1, .most = kMostSequences};
  parallelism.micro_batch = section.whole("micro_batch", sequences).value_or(1);
  const auto global = section.whole("global_batch", sequences);
  if (!global) section.missing("global_batch");
  parallelism.global_batch = global.value_or(1);
  const auto recompute = section.word("recompute", {"none", "selective", "full"}).value_or("none");
  parallelism.recompute = recompute == "full"        ? Recompute::kFull
                          : recompute == "selective" ? Recompute::kSelective
                                                     : Recompute::kNone;
  parallelism.fused_attention = read_flag(section, "fused_attention", true);
  parallelism.fused_gradients = read_flag(section, "fused_gradients", true);
  read_overlap(section, job.choices, parallelism);
  read_algorithms(section, job.choices);
  read_jitter(section, job);
  read_parallelism(section, job);
  require_gpus(section, job);
  read_updates(section, job.updates);
}

}  // namespace commsim
