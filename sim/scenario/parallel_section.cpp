#include "sim/scenario/parallel_section.hpp"

#include <algorithm>
#include <charconv>

#include "sim/scenario/flag.hpp"
#include "sim/workload/training/pipeline_schedule.hpp"

namespace commsim {

namespace {

constexpr std::int64_t kMostDegree = 1 << 24;

std::int64_t degree(ConfigReader& section, std::string_view key) {
  return section.whole(key, {.least = 1, .most = kMostDegree}).value_or(1);
}

ZeroStage zero_stage(ConfigReader& section) {
  const auto word =
      section.word("zero", {"none", "optimizer", "gradients", "parameters"}).value_or("none");
  if (word == "optimizer") return ZeroStage::kOptimizer;
  if (word == "gradients") return ZeroStage::kGradients;
  return word == "parameters" ? ZeroStage::kParameters : ZeroStage::kNone;
}

ContextMethod context_method(ConfigReader& section) {
  const auto word =
      section.word("context_method", {"ring", "all_gather", "all_to_all"}).value_or("ring");
  if (word == "all_gather") return ContextMethod::kAllGather;
  return word == "all_to_all" ? ContextMethod::kAllToAll : ContextMethod::kRing;
}

// Whole numbers, of which a list is no sweep, or the word that says that they are to be found.
std::vector<std::int64_t> numbers_or_balanced(ConfigReader& section, std::string_view key,
                                              bool& balanced) {
  std::vector<std::int64_t> numbers;
  const ConfigNode* node = section.raw(key);
  if (node == nullptr) return numbers;
  balanced = node->kind == ConfigNode::Kind::kScalar && node->scalar == "balanced";
  if (balanced) return numbers;
  for (const ConfigNode& item : node->items) {
    std::int64_t number = 0;
    const char* end = item.scalar.data() + item.scalar.size();
    const auto [rest, wrong] = std::from_chars(item.scalar.data(), end, number);
    if (wrong != std::errc{} || rest != end) {
      section.error_at(item, key, "expected whole numbers");
      return {};
    }
    numbers.push_back(number);
  }
  if (numbers.empty()) section.error(key, "expected a list of whole numbers, or balanced");
  return numbers;
}

}  // namespace

void read_parallelism(ConfigReader& section, TrainingJob& job) {
  ConfigReader own = section.section("parallel");
  Parallelism& parallelism = job.parallelism;
  const auto data = own.whole("data", {.least = 1, .most = kMostDegree});
  parallelism.tensor = degree(own, "tensor");
  parallelism.pipeline = degree(own, "pipeline");
  parallelism.context = degree(own, "context");
  parallelism.expert = degree(own, "expert");
  parallelism.virtual_stages = degree(own, "virtual_stages");
  const auto* schedule = own.named<PipelineSchedule>("schedule", "pipeline schedule");
  parallelism.schedule = schedule != nullptr              ? std::string(schedule->name)
                         : parallelism.virtual_stages > 1 ? "interleaved"
                                                          : "1f1b";
  parallelism.sequence_parallel = read_flag(own, "sequence_parallel", parallelism.tensor > 1);
  parallelism.scatter_gather = read_flag(own, "scatter_gather", false);
  parallelism.context_method = context_method(own);
  parallelism.zero = zero_stage(own);
  parallelism.shard_group = own.whole("shard_group", {.least = 1, .most = kMostDegree}).value_or(0);
  parallelism.reshard_after_forward = read_flag(own, "reshard_after_forward", true);
  parallelism.ends_as_layers = read_flag(own, "ends_as_layers", false);
  parallelism.chunk_layers = numbers_or_balanced(own, "chunk_layers", job.balance.layers);
  parallelism.shares = numbers_or_balanced(own, "micro_batches", job.balance.shares);
  if (const auto order = own.text("order")) {
    if (const auto axes = own.checked("order", [&] { return parse_axis_order(*order); })) {
      job.order = *axes;
    }
  }
  const std::int64_t others = parallelism.tensor * parallelism.pipeline * parallelism.context;
  if (data) {
    parallelism.data = *data;
  } else if (job.network.cluster != nullptr) {
    parallelism.data =
        std::max<std::int64_t>(1, job.network.cluster->topology.rank_count() / others);
  }
}

}  // namespace commsim
