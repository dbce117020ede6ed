#include "sim/workload/step/job_notes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <variant>

#include "sim/workload/physics_ways.hpp"

namespace commsim::job_notes {
namespace {

bool any_is_of(const TrainingJob& job, GpuGeneration generation) {
  return std::ranges::any_of(
      job.gpus.types(), [&](const Roofline& type) { return type.gpu->generation == generation; });
}

bool is_too_fast(const TrainingJob& job) {
  const Parallelism& p = job.parallelism;
  if (!p.fused_attention || p.recompute != Recompute::kNone) return false;
  if (!std::holds_alternative<TransformerModel>(job.shape)) return false;
  return any_is_of(job, GpuGeneration::kAmpere);
}

// GPUs of that generation are calibrated on steps that overlap more.
bool is_too_slow(const TrainingJob& job) {
  const Parallelism& p = job.parallelism;
  if (p.tensor == 1 || !p.sequence_parallel) return false;
  if (job.choices.tensor_pieces || job.choices.tensor_hidden > 0) return false;
  return any_is_of(job, GpuGeneration::kHopper);
}

}  // namespace
}  // namespace commsim::job_notes

namespace commsim {

using namespace job_notes;

std::vector<std::string> notes_on(const TrainingJob& job) {
  const Topology& topology = job.network.cluster->topology;
  const std::vector<std::size_t> types = job.gpus.types_of(job.parallelism.ranks());
  std::set<std::string> notes;
  std::set<std::pair<std::size_t, std::int32_t>> seen;  // of types and servers
  for (std::size_t i = 0; i < types.size(); ++i) {
    const std::int32_t server = topology.device(topology.ranks()[i]).server;
    if (!seen.emplace(types[i], server).second) continue;
    const Gpu& gpu = *job.gpus.types()[types[i]].gpu;
    const auto housed = topology.facts(server).gpu;
    if (!housed || !gpu.generation || *housed == *gpu.generation) continue;
    notes.insert(
        fmt::format("{} ({}) computes in servers of the generation {}, whose links are simulated",
                    gpu.name, to_text(*gpu.generation), to_text(*housed)));
  }
  if (is_too_fast(job)) {
    notes.insert(
        "published steps of A100 with fused attention and without recomputation took 8 to 19 % "
        "longer than is predicted (docs/accuracy.md)");
  }
  if (job.physics_left) {
    notes.insert(
        "the profile's physics is not used: calls take what bare links allow (training.algorithms: "
        "physics)");
  }
  if (is_too_slow(job)) {
    notes.insert(
        "steps of H100 are calibrated with overlap.tensor_pieces: without it tensor-parallel "
        "communication is all exposed, and steps come out slower than their software has them");
  }
  if (job.choices.tensor_pieces && job.parallelism.tensor > 1 &&
      !job.parallelism.sequence_parallel) {
    notes.insert("overlap.tensor_pieces hides nothing without parallel.sequence_parallel: true");
  }
  if (job.physics != nullptr) {
    for (const std::string& medium : unfitted_media(*job.physics, topology)) {
      notes.insert(fmt::format(
          "the physics of the profile was not fitted to links of the medium '{}': what a library "
          "adds to them is not known",
          medium));
    }
  }
  return {notes.begin(), notes.end()};
}

}  // namespace commsim
