// Steps on A100 and V100.
#include <fmt/format.h>

#include <array>

#include "calibrate/readers/csv_table.hpp"
#include "sim/workload/training/model_flops.hpp"
#include "tests/measured/published_step_tables.hpp"

namespace commsim::published_a100_steps {
namespace {

// Servers of eight; the rest of one is idle. Of an NVLink of 25 GB/s NCCL gets 20 on V100 and A100
// (SM70_NVLINK_BW and SM80_NVLINK_BW in its src/graph/topo.h), of 12 of them 240.
std::string dgx_a100(std::int64_t gpus, std::string_view more = "") {
  constexpr std::string_view kServer = "preset: dgx_a100";
  if (gpus <= 8) return fmt::format("{{kind: server_cluster, servers: 1, {}}}", kServer);
  return fmt::format("{{kind: server_cluster, servers: {}, {}, fabric: rail_optimised{}}}",
                     (gpus + 7) / 8, kServer, more);
}

struct Gpt {
  std::int64_t layers = 0;
  std::int64_t hidden = 0;
  std::int64_t heads = 0;
  std::int64_t sequence = 2048;
};

constexpr std::int64_t kVocabulary = 51200;

struct Step {
  std::string topology;
  std::string_view gpu = "a100_80gb";
  Gpt model;
  std::int64_t batch = 0;
  std::string micro_batch;
  std::string_view recompute = "full";
  bool fused_gradients = false;
  std::string_view more =
      "precision: {scheme: zero, compute: fp16}\n  overlap: {gradients: false, sends: false}";
  std::string parallel;
};

// As their software was: attention writes its scores, gradients of 2 bytes, added up by kernels of
// their own and sent at the end.
std::string scenario(const Step& step) {
  return fmt::format(
      "version: 1\n"
      "topology: {}\n"
      "network: {{model: fair_share}}\n"
      "profile: " COMMSIM_SOURCE_DIR
      "/scenarios/profiles/a100.yaml\n"
      "training:\n"
      "  algorithms: physics\n"
      "  model: {{layers: {}, hidden: {}, heads: {}, sequence: {}, vocabulary: {}}}\n"
      "  gpu: {}\n"
      "  global_batch: {}\n"
      "  micro_batch: {}\n"
      "  recompute: {}\n"
      "  fused_attention: false\n"
      "  fused_gradients: {}\n"
      "  {}\n"
      "  parallel: {}\n",
      step.topology, step.model.layers, step.model.hidden, step.model.heads, step.model.sequence,
      kVocabulary, step.gpu, step.batch, step.micro_batch, step.recompute, step.fused_gradients,
      step.more, step.parallel);
}

// The README with these rows asks for PyTorch 1.5, of April 2020, and speaks of a DGX A100; that of
// 80 GB was announced in November.
constexpr std::string_view kGpuOfSummer2020 = "a100_40gb";

struct TensorRow {
  Gpt model;
  std::int64_t tensor = 0;
};
constexpr auto kTensorRows = std::to_array<TensorRow>({{{24, 1920, 15, 1024}, 1},
                                                       {{30, 2304, 18, 1024}, 2},
                                                       {{36, 3072, 24, 1024}, 4},
                                                       {{42, 4096, 32, 1024}, 8}});

std::vector<measured::PublishedStep> tensor_steps(const std::vector<double>& milliseconds,
                                                  std::int64_t data, const Step& common) {
  std::vector<measured::PublishedStep> steps;
  for (const TensorRow& row : kTensorRows) {
    Step step = common;
    step.model = row.model;
    if (step.topology.empty()) step.topology = dgx_a100(data * row.tensor);
    step.parallel =
        fmt::format("{{data: {}, tensor: {}, sequence_parallel: false}}", data, row.tensor);
    steps.push_back({.name = fmt::format("{} {} x {}", common.gpu, data, row.tensor),
                     .scenario = scenario(step),
                     .seconds = milliseconds[steps.size()] / 1e3});
  }
  return steps;
}

}  // namespace
}  // namespace commsim::published_a100_steps

namespace commsim::measured {
using namespace published_a100_steps;

std::vector<PublishedStep> korthikanti_steps() {
  struct Row {
    std::string_view name;
    Gpt model;
    std::int64_t gpus, tensor, pipeline, virtual_stages, batch, micro_batch;
    double full, selective;
  };
  constexpr auto kRows =
      std::to_array<Row>({{"22B", {48, 6144, 64}, 8, 8, 1, 1, 4, 4, 1.42, 1.10},
                          {"175B", {96, 12288, 96}, 64, 8, 8, 3, 64, 1, 18.13, 13.75},
                          {"530B", {105, 20480, 128}, 280, 8, 35, 3, 280, 1, 49.05, 37.83},
                          {"1T", {128, 25600, 160}, 512, 8, 64, 1, 512, 1, 94.42, 71.49}});
  std::vector<PublishedStep> steps;
  for (const Row& row : kRows) {
    for (const std::string_view recompute : {"full", "selective"}) {
      const bool full = recompute == "full";
      steps.push_back(
          {.name = fmt::format("{} {}", row.name, recompute),
           .scenario = scenario(
               {.topology = dgx_a100(row.gpus),
                .model = row.model,
                .batch = row.batch,
                .micro_batch = fmt::to_string(row.micro_batch),
                .recompute = recompute,
                .fused_gradients = true,
                .more = "precision: {compute: fp16}\n  overlap: {sends: false}",
                .parallel = fmt::format("{{tensor: {}, pipeline: {}, virtual_stages: {}, "
                                        "sequence_parallel: {}, scatter_gather: {}, data: 1}}",
                                        row.tensor, row.pipeline, row.virtual_stages, !full,
                                        full && row.pipeline > 1)}),
           .seconds = full ? row.full : row.selective,
           .calibrates = full && row.name == "530B"});
    }
  }
  return steps;
}

std::vector<PublishedStep> narayanan_steps(Interleaving interleaving) {
  struct Row {
    std::string_view name;
    Gpt model;
    std::int64_t tensor, pipeline, gpus, batch;
    double teraflops;
  };
  constexpr auto kRows =
      std::to_array<Row>({{"1.7B", {24, 2304, 24}, 1, 1, 32, 512, 137},
                          {"7.5B", {36, 4096, 32}, 4, 1, 128, 512, 142},
                          {"39.1B", {48, 8192, 64}, 8, 2, 512, 1536, 138},
                          {"145.6B", {80, 12288, 96}, 8, 8, 1536, 2304, 148},
                          {"529.6B", {105, 20480, 128}, 8, 35, 2520, 2520, 163}});
  std::vector<PublishedStep> steps;
  for (const Row& row : kRows) {
    const Gpt& gpt = row.model;
    const double flops =
        hardware_flops(gpt_model(gpt.layers, gpt.hidden, gpt.heads, gpt.sequence, kVocabulary),
                       Recompute::kFull) *
        static_cast<double>(row.batch);
    // Megatron-LM refuses to interleave two stages.
    const bool interleaved = interleaving == Interleaving::kBest && row.pipeline > 2;
    steps.push_back(
        {.name = fmt::format("{} on {}", row.name, row.gpus),
         .scenario = scenario(
             {.topology = dgx_a100(row.gpus),
              .model = gpt,
              .batch = row.batch,
              .micro_batch = "[1, 2, 4, 8, 16]",
              .parallel = fmt::format(
                  "{{data: {}, tensor: {}, pipeline: {}, virtual_stages: {}, scatter_gather: {}, "
                  "sequence_parallel: false}}",
                  row.gpus / (row.tensor * row.pipeline), row.tensor, row.pipeline,
                  interleaved ? "[1, 2, 3, 4, 5, 6, 8, 10, 12, 24]" : "1", row.pipeline > 1)}),
         .seconds = flops / (static_cast<double>(row.gpus) * row.teraflops * 1e12)});
  }
  return steps;
}

std::vector<PublishedStep> tensor_parallel_a100_steps() {
  return tensor_steps({1076, 1026, 1162, 1343}, 1,
                      {.gpu = kGpuOfSummer2020, .batch = 16, .micro_batch = "16"});
}

std::vector<PublishedStep> tensor_and_data_parallel_steps() {
  return tensor_steps({1153, 1101, 1242, 1380}, 128,
                      {.gpu = kGpuOfSummer2020, .batch = 2048, .micro_batch = "16"});
}

// A DGX-2 is 16 V100 on one NVSwitch fabric, each with six NVLinks of 25 GB/s.
std::vector<PublishedStep> tensor_parallel_v100_steps() {
  auto steps = tensor_steps(
      {1121, 1093, 1238, 1407}, 1,
      {.topology =
           "{kind: server_cluster, servers: 1, preset: dgx_a100, gpu_link: {bandwidth: 150 GB/s}}",
       .gpu = "v100_32gb",
       .batch = 8,
       .micro_batch = "8"});
  steps.front().calibrates = true;
  return steps;
}

// The sequences of a GPU and pass, times GPUs and accumulated passes, are 65,536 everywhere.
std::vector<PublishedStep> bert_steps() {
  struct Row {
    std::int64_t servers;
    double sequences_per_second;
  };
  constexpr auto kRows = std::to_array<Row>({{1, 4553}, {2, 9191}, {8, 35774}});
  constexpr std::int64_t kBatch = 65536;
  std::vector<PublishedStep> steps;
  for (const Row& row : kRows) {
    steps.push_back(
        {.name = fmt::format("BERT-Large on {} DGX A100", row.servers),
         .scenario = fmt::format("version: 1\n"
                                 "topology: {}\n"
                                 "network: {{model: fair_share}}\n"
                                 "profile: " COMMSIM_SOURCE_DIR "/scenarios/profiles/a100.yaml\n"
                                 "training:\n"
                                 "  algorithms: physics\n"
                                 "  model: {{base: bert_large, sequence: 128}}\n"
                                 "  gpu: a100_80gb\n"
                                 "  global_batch: {}\n"
                                 "  micro_batch: 256\n"
                                 "  fused_attention: false\n"
                                 "  fused_gradients: false\n"
                                 "  precision: {{scheme: zero, compute: fp16}}\n"
                                 "  parallel: {{data: {}}}\n",
                                 dgx_a100(8 * row.servers), kBatch, 8 * row.servers),
         .seconds = static_cast<double>(kBatch) / row.sequences_per_second});
  }
  return steps;
}

std::vector<VtrainStep> vtrain_steps(const std::filesystem::path& measurements) {
  const TextFile text = read_text_file(measurements / "vtrain" / "multi_node.csv");
  CsvTable table(text);
  std::vector<VtrainStep> steps;
  while (table.next()) {
    const auto cell = [&](std::string_view name) {
      return std::string(table.cell(table.column({name}).value()).text);
    };
    const auto number = [&](std::string_view name) { return std::stoll(cell(name)); };
    const std::int64_t gpus = number("# GPUs");
    const std::int64_t data = number("data parallelism");
    const std::int64_t tensor = number("tensor parallelism");
    const std::int64_t pipeline = number("pipeline parallelism");
    const std::string micro_batch = cell("micro batch");
    const std::string model = cell("Parameters (billion)");
    steps.push_back(
        {model,
         {.name = fmt::format("{}B {} x {} x {} of {}", model, data, tensor, pipeline, micro_batch),
          .scenario = scenario(
              {.topology = dgx_a100(gpus, ", nic: {bandwidth: 100 Gb/s}"),
               .model = {number("# layers"), number("hidden size"), number("attention heads"),
                         number("sequence length")},
               .batch = number("global batch"),
               .micro_batch = micro_batch,
               // DeepSpeed's pipelines send a part of the activations from each tensor
               // rank (is_pipe_partitioned in deepspeed/runtime/pipe/engine.py).
               .parallel = fmt::format("{{data: {}, tensor: {}, pipeline: {}, "
                                       "sequence_parallel: false, scatter_gather: {}}}",
                                       data, tensor, pipeline, tensor > 1 && pipeline > 1)}),
          .seconds = std::stod(cell("iteration time (ms)")) / 1e3}});
  }
  return steps;
}

}  // namespace commsim::measured
