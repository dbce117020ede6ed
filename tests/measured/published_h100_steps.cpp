// Steps on H100.
#include <fmt/format.h>

#include <array>

#include "sim/workload/training/model_flops.hpp"
#include "tests/measured/published_step_tables.hpp"

namespace commsim::published_h100_steps {
namespace {

// Tensor-parallel communication overlaps with products in all of them; how much of it nobody
// states: half. Of an NVLink of 25 GB/s NCCL gets 20.6 (SM90_NVLINK_BW in its src/graph/topo.h), of
// 18 of them 370.8.
std::string scenario(std::int64_t gpus, std::string_view model, std::int64_t batch,
                     std::string_view micro_batch, std::string_view precision,
                     std::string_view parallel) {
  return fmt::format(
      "version: 1\n"
      "topology: {{kind: server_cluster, servers: {}, preset: dgx_h100, fabric: "
      "rail_optimised}}\n"
      "network: {{model: fair_share}}\n"
      "profile: " COMMSIM_SOURCE_DIR
      "/scenarios/profiles/h100.yaml\n"
      "training:\n"
      "  algorithms: physics\n"
      "  model: {}\n"
      "  gpu: h100\n"
      "  global_batch: {}\n"
      "  micro_batch: {}\n"
      "  precision: {}\n"
      "  overlap: {{bucket: 160 MB, tensor_pieces: true}}\n"
      "  parallel: {}\n",
      gpus / 8, model, batch, micro_batch, precision, parallel);
}

}  // namespace
}  // namespace commsim::published_h100_steps

namespace commsim::measured {

std::vector<PublishedStep> megatron_core_steps() {
  struct Row {
    std::string_view name;
    std::int64_t heads, hidden, layers, tensor, pipeline, gpus, batch;
    double teraflops;
  };
  constexpr auto kRows = std::to_array<Row>({{"7.1B", 32, 4096, 30, 2, 1, 96, 192, 465.9},
                                             {"32B", 56, 7168, 48, 8, 1, 384, 192, 459.6},
                                             {"119B", 80, 10240, 92, 8, 4, 1536, 768, 420.5},
                                             {"314B", 128, 16384, 96, 8, 8, 3072, 1536, 474.4}});
  constexpr std::int64_t kVocabulary = 131072;
  constexpr std::int64_t kSequence = 4096;
  std::vector<PublishedStep> steps;
  for (const Row& row : kRows) {
    const double flops =
        model_flops(gpt_model(row.layers, row.hidden, row.heads, kSequence, kVocabulary)) *
        static_cast<double>(row.batch);
    steps.push_back(
        {.name = fmt::format("{} on {}", row.name, row.gpus),
         .scenario = published_h100_steps::scenario(
             row.gpus,
             fmt::format("{{layers: {}, hidden: {}, heads: {}, sequence: {}, vocabulary: {}, "
                         "tied_embeddings: false, dropout: false}}",
                         row.layers, row.hidden, row.heads, kSequence, kVocabulary),
             row.batch, "[1, 2, 4]", "{compute: bf16}",
             fmt::format("{{tensor: {}, pipeline: {}, virtual_stages: {}, sequence_parallel: true, "
                         "zero: optimizer}}",
                         row.tensor, row.pipeline,
                         row.pipeline > 1 ? "[1, 2, 3, 4, 6, 12, 23]" : "1")),
         .seconds = flops / (static_cast<double>(row.gpus) * row.teraflops * 1e12),
         .calibrates = row.name == "314B"});
  }
  return steps;
}

std::vector<PublishedStep> llama_mlperf_steps() {
  struct Row {
    std::int64_t gpus, batch;
    double seconds;
  };
  constexpr auto kRows = std::to_array<Row>({{512, 1152, 55.134}, {2432, 1216, 12.729}});
  std::vector<PublishedStep> steps;
  for (const Row& row : kRows) {
    steps.push_back(
        {.name = fmt::format("Llama 3.1 405B on {}", row.gpus),
         .scenario = published_h100_steps::scenario(
             row.gpus, "{base: llama3_405b, sequence: 8192}", row.batch, "1", "{compute: fp8}",
             "{tensor: 8, pipeline: 8, virtual_stages: 8, context: 2, "
             "sequence_parallel: true, zero: optimizer, ends_as_layers: true, "
             "context_method: all_gather}"),
         .seconds = row.seconds,
         .calibrates = row.gpus == 512});
  }
  return steps;
}

std::vector<PublishedStep> gpt3_mlperf_steps() {
  constexpr double kTokensPerSecond = 208834;
  constexpr std::int64_t kBatch = 2048;
  // Gradients of 4 bytes would not fit.
  return {{.name = "GPT-3 175B on 256",
           .scenario = published_h100_steps::scenario(
               256, "gpt3_175b", kBatch, "2", "{compute: fp8, gradient: 2}",
               "{tensor: 4, pipeline: 8, virtual_stages: 6, sequence_parallel: "
               "true, zero: optimizer}"),
           .seconds = static_cast<double>(kBatch) * 2048 / kTokensPerSecond}};
}

}  // namespace commsim::measured
