#include "sim/workload/step/training_job.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "sim/workload/cluster.hpp"

namespace commsim {

void require_degrees(const TrainingJob& job) {
  std::visit([&](const auto& model) { validate(job.parallelism, model); }, job.shape);
  const Rank have = job.network.cluster->topology.rank_count();
  if (job.parallelism.ranks() < have && have % job.parallelism.ranks() != 0) {
    throw RequestError(fmt::format(
        "data {} * tensor {} * pipeline {} * context {} take {} GPUs, which is no part of the {} "
        "that the topology has",
        job.parallelism.data, job.parallelism.tensor, job.parallelism.pipeline,
        job.parallelism.context, job.parallelism.ranks(), have));
  }
  if (job.parallelism.ranks() > have) {
    throw RequestError(fmt::format(
        "data {} * tensor {} * pipeline {} * context {} take {} GPUs, and the topology has {}",
        job.parallelism.data, job.parallelism.tensor, job.parallelism.pipeline,
        job.parallelism.context, job.parallelism.ranks(), have));
  }
  const GpuFleet& gpus = job.gpus;
  if (!gpus.groups().empty() && gpus.ranks() < job.parallelism.ranks()) {
    throw RequestError(fmt::format("the groups of GPUs have {}, and the degrees take {}",
                                   gpus.ranks(), job.parallelism.ranks()));
  }
}

}  // namespace commsim
