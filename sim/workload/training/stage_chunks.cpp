#include "sim/workload/training/stage_chunks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "core/error.hpp"
#include "core/index.hpp"

namespace commsim {
namespace stage_chunks_of {
namespace {

// Layers of each chunk, without embedding and head.
std::vector<std::int64_t> even_split(const Parallelism& parallelism, std::int64_t layers) {
  const std::int64_t chunks = parallelism.chunks();
  const std::int64_t ends = parallelism.ends_as_layers ? 1 : 0;
  const std::int64_t all = layers + 2 * ends;
  if (all % chunks != 0) {
    throw RequestError(fmt::format(
        "{} layers{} cannot be divided equally among {} stages of {} chunks; other degrees, "
        "ends_as_layers, or chunk_layers with a number for each of the {} chunks can",
        layers, parallelism.ends_as_layers ? " with embedding and head" : "", parallelism.pipeline,
        parallelism.virtual_stages, chunks));
  }
  std::vector<std::int64_t> split(index(chunks), all / chunks);
  split.front() -= ends;
  split.back() -= ends;
  return split;
}

void require_given_split(const Parallelism& parallelism, std::int64_t layers) {
  const auto& split = parallelism.chunk_layers;
  if (parallelism.ends_as_layers) {
    throw RequestError("chunk_layers says it all: ends_as_layers has no effect beside it");
  }
  if (std::ssize(split) != parallelism.chunks()) {
    throw RequestError(fmt::format("chunk_layers has {} numbers for {} stages of {} chunks",
                                   split.size(), parallelism.pipeline, parallelism.virtual_stages));
  }
  const bool legal = std::all_of(split.begin(), split.end(),
                                 [&](std::int64_t n) { return n >= 0 && n <= layers; });
  if (!legal || std::accumulate(split.begin(), split.end(), std::int64_t{0}) != layers) {
    throw RequestError(
        fmt::format("chunk_layers must be numbers from 0 that add up to {} layers", layers));
  }
}

}  // namespace
}  // namespace stage_chunks_of

std::vector<StageChunk> stage_chunks(const Parallelism& parallelism, std::int64_t layers) {
  using namespace stage_chunks_of;
  std::vector<std::int64_t> split = parallelism.chunk_layers;
  if (split.empty()) {
    split = even_split(parallelism, layers);
  } else {
    require_given_split(parallelism, layers);
  }
  std::vector<StageChunk> chunks;
  std::int64_t first = 0;
  for (std::int64_t i = 0; i < parallelism.chunks(); ++i) {
    chunks.push_back({.stage = i % parallelism.pipeline,
                      .chunk = i / parallelism.pipeline,
                      .first_layer = first,
                      .layers = split[index(i)],
                      .embedding = i == 0,
                      .head = i == parallelism.chunks() - 1});
    first += split[index(i)];
  }
  return chunks;
}

std::vector<StageChunk> chunks_of_stage(const Parallelism& parallelism, std::int64_t layers,
                                        std::int64_t stage) {
  std::vector<StageChunk> own;
  for (const StageChunk& chunk : stage_chunks(parallelism, layers)) {
    if (chunk.stage == stage) own.push_back(chunk);
  }
  return own;
}

}  // namespace commsim
