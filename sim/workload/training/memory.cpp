#include "sim/workload/training/memory.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/index.hpp"
#include "core/quantity_text.hpp"
#include "sim/workload/training/activations.hpp"
#include "sim/workload/training/rank_parameters.hpp"
#include "sim/workload/training/stage_chunks.hpp"

namespace commsim::training_memory {
namespace {

MemoryUse of_parameters(const RankParameters& own, const Parallelism& parallelism) {
  const auto held = [&](ZeroStage from) { return kept_from(from, own, parallelism).total(); };
  const Precision& precision = parallelism.precision;
  return {.weights = Bytes{held(ZeroStage::kParameters)} * precision.weight,
          .gradients = Bytes{held(ZeroStage::kGradients)} * precision.gradient,
          .optimizer = Bytes{held(ZeroStage::kOptimizer)} * precision.optimizer};
}

// FSDP has several units gathered: the one in use and those that are gathered ahead of it.
Bytes gathered(std::int64_t largest_unit, std::int64_t all, const Parallelism& parallelism) {
  if (parallelism.zero != ZeroStage::kParameters) return Bytes{};
  const std::int64_t alive = parallelism.reshard_after_forward
                                 ? std::min((1 + parallelism.prefetch) * largest_unit, all)
                                 : all;
  return Bytes{alive} * parallelism.precision.weight;
}

std::int64_t largest_unit(const TransformerModel& model, const Parallelism& parallelism,
                          const std::vector<StageChunk>& chunks) {
  std::int64_t largest = 0;
  for (const StageChunk& chunk : chunks) {
    for (std::int64_t i = 0; i < chunk.layers; ++i) {
      largest = std::max(largest,
                         rank_layer_parameters(model, parallelism, chunk.first_layer + i).total());
    }
    const TransformerModel wider = divisible(model, parallelism);
    if (chunk.embedding) {
      largest = std::max(largest, rank_part(embedding_parameters(wider), parallelism).total());
    }
    if (chunk.head) {
      largest = std::max(largest, rank_part(head_parameters(wider), parallelism).total());
    }
  }
  return largest;
}

// Bytes of a micro-batch that passes each chunk of a stage.
std::vector<std::int64_t> chunk_activations(const TransformerModel& model,
                                            const Parallelism& parallelism,
                                            const std::vector<StageChunk>& chunks) {
  std::vector<std::int64_t> bytes;
  for (const StageChunk& chunk : chunks) {
    std::int64_t sum = 0;
    for (std::int64_t i = 0; i < chunk.layers; ++i) {
      sum += layer_activations(model, parallelism, chunk.first_layer + i);
    }
    if (chunk.embedding) sum += embedding_activations(model, parallelism);
    if (chunk.head) sum += head_activations(model, parallelism);
    bytes.push_back(sum);
  }
  return bytes;
}

Bytes recomputed(const TransformerModel& model, const Parallelism& parallelism,
                 const std::vector<StageChunk>& chunks) {
  if (parallelism.recompute != Recompute::kFull) return Bytes{};
  Parallelism once = parallelism;
  once.recompute = Recompute::kNone;
  std::int64_t largest = 0;
  for (const StageChunk& chunk : chunks) {
    for (std::int64_t i = 0; i < chunk.layers; ++i) {
      largest = std::max(largest, layer_activations(model, once, chunk.first_layer + i));
    }
  }
  return Bytes{largest};
}

// Choices that take less, of those that are left.
std::vector<std::string> remedies(const Parallelism& parallelism) {
  std::vector<std::string> remedies;
  if (parallelism.recompute == Recompute::kNone) remedies.emplace_back("recompute: selective");
  if (parallelism.recompute != Recompute::kFull) remedies.emplace_back("recompute: full");
  if (parallelism.tensor > 1 && !parallelism.sequence_parallel) {
    remedies.emplace_back("sequence_parallel");
  }
  if (parallelism.micro_batch > 1) remedies.emplace_back("a smaller micro_batch");
  if (parallelism.zero != ZeroStage::kParameters && parallelism.replicas() > 1) {
    remedies.emplace_back("a higher zero stage");
  }
  remedies.emplace_back("a higher tensor, pipeline or context degree");
  return remedies;
}

}  // namespace
}  // namespace commsim::training_memory

namespace commsim {

MemoryUse stage_memory(const TransformerModel& model, const Parallelism& parallelism,
                       std::int64_t stage) {
  using namespace training_memory;
  const RankParameters own = stage_parameters(model, parallelism, stage);
  const std::vector<StageChunk> chunks = chunks_of_stage(parallelism, model.layers, stage);
  const auto& schedule = Registry<PipelineSchedule>::get(parallelism.schedule, "pipeline schedule");
  MemoryUse use = of_parameters(own, parallelism);
  use.gathered = gathered(largest_unit(model, parallelism, chunks), own.total(), parallelism);
  use.activations = Bytes{peak_in_flight(stage_order(schedule, parallelism.pipeline_shape(), stage),
                                         chunk_activations(model, parallelism, chunks))};
  use.recomputed = recomputed(model, parallelism, chunks);
  return use;
}

MemoryUse memory(const LayerList& model, const Parallelism& parallelism) {
  using namespace training_memory;
  const std::int64_t all = parameters(model);
  std::int64_t largest = 0;
  for (const ModelLayer& layer : model.layers) largest = std::max(largest, layer.parameters);
  MemoryUse use = of_parameters({.common = all}, parallelism);
  use.gathered = gathered(largest, all, parallelism);
  use.activations =
      Bytes{activations(model)} * parallelism.micro_batch * parallelism.precision.activation;
  return use;
}

FullestStage fullest_stage(const TransformerModel& model, const Parallelism& parallelism,
                           const std::vector<const Gpu*>& gpus) {
  FullestStage fullest;
  std::int64_t least = 0;
  for (std::int64_t stage = 0; stage < parallelism.pipeline; ++stage) {
    const MemoryUse use = stage_memory(model, parallelism, stage);
    const Gpu* const gpu = gpus.empty() ? nullptr : gpus[index(stage)];
    const std::int64_t left = (gpu == nullptr ? 0 : gpu->memory.count()) - use.total().count();
    if (stage > 0 && left >= least) continue;
    least = left;
    fullest = {.stage = stage, .use = use, .gpu = gpu};
  }
  return fullest;
}

void require_fits(const MemoryUse& use, std::int64_t stage, const Parallelism& parallelism,
                  const Gpu& gpu) {
  if (use.total() <= gpu.memory) return;
  const auto gib = [](Bytes size) {
    return fmt::format("{:.1f} GiB",
                       static_cast<double>(size.count()) / static_cast<double>((1_GiB).count()));
  };
  throw DoesNotFit(fmt::format(
      "a GPU of stage {} needs {}, and a {} has {}: weights {}, gradients {}, optimizer {}, "
      "gathered weights {}, activations {}, recomputed {}; less take {}",
      stage, gib(use.total()), gpu.name, gib(gpu.memory), gib(use.weights), gib(use.gradients),
      gib(use.optimizer), gib(use.gathered), gib(use.activations), gib(use.recomputed),
      fmt::join(training_memory::remedies(parallelism), ", ")));
}

}  // namespace commsim
