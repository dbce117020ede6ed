// Tables of training steps as their sources print them, each with the scenario that it was.
// Everything that a source does not state is an assumption, which docs/accuracy.md names.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/measured/published_steps.hpp"

namespace commsim::measured {

/// Korthikanti et al., "Reducing activation recomputation in large transformer models",
/// arXiv:2205.05198, table 5: A100, each model with full recomputation and with sequence
/// parallelism and selective recomputation.
std::vector<PublishedStep> korthikanti_steps();

/// Narayanan et al., "Efficient large-scale language model training on GPU clusters",
/// arXiv:2104.04473, table 1: A100, full recomputation. Micro-batch and interleaving are not
/// stated: the fastest legal ones.
enum class Interleaving : std::uint8_t { kBest, kNone };
std::vector<PublishedStep> narayanan_steps(Interleaving interleaving);

/// README of Megatron-LM 2 (2020 and 2021): models that grow with the tensor degree, of 1 to 8.
std::vector<PublishedStep> tensor_parallel_a100_steps();
std::vector<PublishedStep> tensor_parallel_v100_steps();
/// The same of A100 with 128 replicas.
std::vector<PublishedStep> tensor_and_data_parallel_steps();

/// LLM Foundry (mosaicml/llm-foundry, scripts/train/benchmarking/README.md), A100 of 80 GB on one
/// server: all its rows of 760M to 13B with 2,048 tokens, which recompute nothing. Models have no
/// biases and no dropout; attention is fused; FSDP.
std::vector<PublishedStep> mpt_steps();

/// Megatron-Core 0.8 on H100 in bf16.
std::vector<PublishedStep> megatron_core_steps();

/// MLPerf training v5.0, Llama 3.1 405B on 512 and on 2,432 H100 in fp8.
std::vector<PublishedStep> llama_mlperf_steps();
/// MLPerf training v4.1, GPT-3 175B on 256 H100 in fp8.
std::vector<PublishedStep> gpt3_mlperf_steps();

/// NVIDIA's published pre-training speeds of BERT-Large on 1, 2 and 8 DGX A100, fp16, 128 tokens.
std::vector<PublishedStep> bert_steps();
/// Tokens of a sequence of 128 that are masked and predicted (google-research/bert).
constexpr std::int64_t kPredictedOf128 = 20;

/// A step of vTrain's table of several nodes (Bang et al., MICRO 2024).
struct VtrainStep {
  std::string model;  ///< billions of parameters
  PublishedStep step;
};
std::vector<VtrainStep> vtrain_steps(const std::filesystem::path& measurements);

}  // namespace commsim::measured
