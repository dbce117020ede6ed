#include "sim/workload/updates/updates_run.hpp"

#include <fmt/format.h>

#include <cmath>

#include "sim/workload/updates/local_run.hpp"
#include "sim/workload/updates/server_routes.hpp"
#include "sim/workload/updates/server_run.hpp"
#include "sim/workload/updates/worker_compute.hpp"

namespace commsim::updates_run {
namespace {

constexpr double kMostMessages = 20e6;
constexpr double kMostDraws = 200e6;

std::int64_t parameters_of(const TrainingJob& job) {
  return std::visit([](const auto& model) { return parameters(model); }, job.shape);
}

void require_data_parallelism(const TrainingJob& job) {
  const Parallelism& p = job.parallelism;
  if (p.tensor * p.pipeline * p.context * p.expert != 1 || p.zero != ZeroStage::kNone) {
    throw RequestError(
        "parameter servers and local steps are for data parallelism alone; legal: tensor, "
        "pipeline, context and expert 1, zero: none, or updates.kind: all_reduce");
  }
  if (job.jitter.links.any()) {
    throw RequestError(
        "slow links are for gradients that are summed in every step; legal: jitter without "
        "slow_links, or updates.kind: all_reduce");
  }
  if (job.choices.codecs.any()) {
    throw RequestError(
        "codecs are for gradients that are summed in every step; legal: compression: none, or "
        "updates.kind: all_reduce");
  }
}

void require_feasible(const TrainingJob& job, std::int64_t servers) {
  const double iterations =
      static_cast<double>(job.updates.iterations) * static_cast<double>(job.parallelism.data);
  const double messages = iterations * 2 * static_cast<double>(servers);
  if (messages > kMostMessages) {
    throw RequestError(fmt::format(
        "{} iterations of {} workers with {} servers are {:.3g} messages, and at most {:.3g} can "
        "be simulated; fewer updates.iterations or updates.servers are legal",
        job.updates.iterations, job.parallelism.data, servers, messages, kMostMessages));
  }
  const double draws = iterations * 2 * static_cast<double>(job.parallelism.micro_batches());
  if (job.jitter.any() && draws > kMostDraws) {
    throw RequestError(fmt::format(
        "{} iterations of {} workers with {} micro-batches are {:.3g} passes with jitter, and at "
        "most {:.3g} can be simulated; fewer updates.iterations are legal",
        job.updates.iterations, job.parallelism.data, job.parallelism.micro_batches(), draws,
        kMostDraws));
  }
}

void require_servers(const TrainingJob& job) {
  const CollectiveRun& network = job.network;
  const RoutingPolicy& policy = *network.routing;
  if (policy.spreads || policy.adaptive || (policy.connects && network.connections > 1)) {
    throw RequestError(fmt::format(
        "pushes and pulls take one route each, and routing '{}' splits them or chooses as they "
        "go; legal: shortest, or another policy of one route",
        policy.name));
  }
  if (network.switching != Switching::kCutThrough) {
    throw RequestError("pushes and pulls are cut through; legal: switching: cut_through");
  }
  const std::int64_t servers = server_count(job);
  if (servers > parameters_of(job)) {
    throw RequestError(fmt::format("{} parameter servers for {} parameters; legal: 1 to {}",
                                   servers, parameters_of(job), parameters_of(job)));
  }
  require_feasible(job, servers);
}

UpdateResult with_servers(const TrainingJob& job, const WorkerCompute& compute,
                          TrainingResult& result) {
  const ServerSystem system = server_system(job);
  result.media = server_media(system, job.network.cluster->topology);
  const ServerConditions conditions{
      .most_ahead = job.updates.most_ahead(),
      .one_update = job.updates.mode == ServerMode::kSynchronous,
      .iterations = job.updates.iterations,
      .compute = [&](std::int64_t w, std::int64_t i) { return compute.time(w, i); }};
  return run_servers(system, conditions);
}

UpdateResult with_local_steps(const TrainingJob& job, const WorkerCompute& compute,
                              GroupPrices& prices, TrainingResult& result) {
  const std::int64_t count = parameters_of(job);
  LocalSteps steps{.workers = job.parallelism.data,
                   .local = job.updates.local,
                   .iterations = job.updates.iterations,
                   .update = [&](std::int64_t w) { return compute.optimizer(w, count); },
                   .compute = [&](std::int64_t w, std::int64_t i) { return compute.time(w, i); }};
  if (steps.workers > 1) {
    const TrafficItem average{.what = "parameters",
                              .ranks = steps.workers,
                              .size = Bytes{count} * job.parallelism.precision.weight,
                              .calls = 1};
    const RankGroups groups =
        rank_groups(ParallelGrid(job.parallelism, job.order).groups(GroupKind::kReplicas));
    const GroupPrice& price =
        prices.price(job.network, {.groups = &groups,
                                   .kind = average.collective,
                                   .size = average.size,
                                   .algorithm = algorithm_of(job.choices, average),
                                   .physics = job.physics});
    steps.average = price.time;
    result.media = price.media;
    for (MediumLoad& load : result.media) load.bytes = Bytes{load.bytes.count() / steps.local};
  }
  return run_local(steps);
}

Duration part(Duration whole, Duration numerator, Duration denominator) {
  if (denominator == Duration{0}) return Duration{0};
  return Duration{
      static_cast<std::int64_t>(Int128{whole.count()} * numerator.count() / denominator.count())};
}

}  // namespace
}  // namespace commsim::updates_run

namespace commsim {

using namespace updates_run;

void require_updates(const TrainingJob& job) {
  if (job.updates.kind == UpdateKind::kAllReduce) return;
  try {
    require_data_parallelism(job);
    if (job.updates.kind == UpdateKind::kParameterServer) return require_servers(job);
    require_feasible(job, 1);
  } catch (const RequestError& refusal) {
    throw IllegalUpdates(refusal.what());
  }
}

void run_updates(const TrainingJob& job, GroupPrices& prices, TrainingResult& result) {
  const WorkerCompute compute(job);
  const UpdateResult updates = job.updates.kind == UpdateKind::kParameterServer
                                   ? with_servers(job, compute, result)
                                   : with_local_steps(job, compute, prices, result);
  // What a step takes, divided as an iteration of a worker is.
  const std::int64_t steps = updates.iterations / updates.workers;
  const WorkerTimes& spent = updates.spent;
  result.time = (updates.elapsed + Duration{steps - 1}) / steps;
  result.fast = result.slow = result.time;
  result.mean.spent[Activity::kData] = part(result.time, spent.sending, spent.total());
  result.mean.bubble = part(result.time, spent.waiting, spent.total());
  const Duration computing = result.time - result.mean.spent[Activity::kData] - result.mean.bubble;
  const Duration forward =
      part(computing, compute.forward(), compute.forward() + compute.backward());
  result.mean.spent[Activity::kForward] = forward;
  result.mean.spent[Activity::kBackward] = computing - forward;
  result.tasks = updates.iterations;
  result.updates = updates;
}

}  // namespace commsim
