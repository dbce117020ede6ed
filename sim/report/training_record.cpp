#include "sim/report/training_record.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "sim/workload/step/job_notes.hpp"

namespace commsim {

namespace {

nlohmann::ordered_json memory_record(const FullestStage& memory) {
  const MemoryUse& use = memory.use;
  return {{"stage", memory.stage},
          {"total", use.total().count()},
          {"weights", use.weights.count()},
          {"gradients", use.gradients.count()},
          {"optimizer", use.optimizer.count()},
          {"gathered", use.gathered.count()},
          {"activations", use.activations.count()},
          {"recomputed", use.recomputed.count()}};
}

nlohmann::ordered_json calls_record(const std::vector<CallSummary>& calls) {
  auto all = nlohmann::ordered_json::array();
  for (const CallSummary& call : calls) {
    all.push_back({{"traffic", to_text(call.item.traffic)},
                   {"collective", collective(call.item.collective).name},
                   {"group", to_text(call.item.group)},
                   {"ranks", call.item.ranks},
                   {"bytes", call.item.size.count()},
                   {"calls", call.item.calls},
                   {"algorithm", call.algorithm},
                   {"time_s", seconds(call.time)},
                   {"bottleneck", call.bottleneck}});
  }
  return all;
}

std::string_view name_of(const UpdateChoices& choices) {
  if (choices.kind == UpdateKind::kLocal) return "local";
  if (choices.mode == ServerMode::kStale) return "stale";
  return choices.mode == ServerMode::kSynchronous ? "synchronous" : "asynchronous";
}

// null where gradients are summed in every step.
nlohmann::ordered_json updates_record(const UpdateChoices& choices,
                                      const std::optional<UpdateResult>& updates) {
  if (!updates) return nullptr;
  auto counts = nlohmann::ordered_json::object();
  for (const auto& [staleness, pushes] : updates->staleness.counts()) {
    counts[std::to_string(staleness)] = pushes;
  }
  return {{"mode", name_of(choices)},
          {"workers", updates->workers},
          {"servers", updates->servers},
          {"iterations", updates->iterations},
          {"elapsed_s", seconds(updates->elapsed)},
          {"iteration_s", seconds(updates->iteration())},
          {"computing_s", seconds(updates->spent.computing)},
          {"sending_s", seconds(updates->spent.sending)},
          {"waiting_s", seconds(updates->spent.waiting)},
          {"busiest_server", updates->busiest_server},
          {"most_ahead", updates->ahead},
          {"pushes", updates->staleness.pushes()},
          {"staleness_mean", updates->staleness.mean()},
          {"staleness_p50", updates->staleness.percentile(50)},
          {"staleness_p95", updates->staleness.percentile(95)},
          {"staleness_max", updates->staleness.most()},
          {"staleness", counts}};
}

// "a100_80gb", or "a100_80gb + v100_32gb".
std::string gpu_names(const GpuFleet& gpus) {
  std::string names;
  for (const Roofline& type : gpus.types()) {
    names += fmt::format("{}{}", names.empty() ? "" : " + ", type.gpu->name);
  }
  return names;
}

nlohmann::ordered_json gpus_record(const GpuFleet& gpus, std::int64_t ranks) {
  auto all = nlohmann::ordered_json::array();
  const std::vector<std::int64_t> counts = gpus.counts(ranks);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    all.push_back({{"gpu", gpus.types()[i].gpu->name}, {"count", counts[i]}});
  }
  return all;
}

// Of each kind of communication that there is, also where all of it is hidden.
nlohmann::ordered_json exposed_record(const StageTime& mean) {
  auto record = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < kActivities; ++i) {
    const auto activity = static_cast<Activity>(i);
    if (computes(activity)) continue;
    if (mean.spent[activity] + mean.hidden[activity] == Duration{0}) continue;
    record[std::string(to_text(activity))] = seconds(mean.spent[activity]);
  }
  return record;
}

nlohmann::ordered_json codecs_record(const StepCodecs& codecs) {
  auto record = nlohmann::ordered_json::object();
  for (const auto& [data, codec] : codecs.all()) {
    record[std::string(data)] = {{"codec", codec->name},
                                 {"bits", codec->coding.bits},
                                 {"error", codec->error},
                                 {"speeds", codec->speeds}};
  }
  return record;
}

nlohmann::ordered_json or_null(std::optional<double> number) {
  return number ? nlohmann::ordered_json(*number) : nlohmann::ordered_json(nullptr);
}

}  // namespace

nlohmann::ordered_json activity_record(const ActivityTimes& times) {
  auto record = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < kActivities; ++i) {
    const auto activity = static_cast<Activity>(i);
    if (times[activity] > Duration{0}) {
      record[std::string(to_text(activity))] = seconds(times[activity]);
    }
  }
  return record;
}

nlohmann::ordered_json training_record(const TrainingPoint& point, const TrainingResult& result) {
  const Parallelism& parallelism = point.job.parallelism;
  auto choices = nlohmann::ordered_json::object();
  for (const auto& [path, value] : point.choices) choices[path] = value;
  auto links = nlohmann::ordered_json::object();
  for (const MediumLoad& load : result.media) links[load.medium] = load.bytes.count();
  return {{"model", point.job.model},
          {"gpu", gpu_names(point.job.gpus)},
          {"gpus", result.gpus},
          {"parameters", result.parameters},
          {"data", parallelism.data},
          {"tensor", parallelism.tensor},
          {"pipeline", parallelism.pipeline},
          {"context", parallelism.context},
          {"expert", parallelism.expert},
          {"micro_batch", parallelism.micro_batch},
          {"global_batch", parallelism.global_batch},
          {"time_s", seconds(result.time)},
          {"time_p5_s", seconds(result.fast)},
          {"time_p95_s", seconds(result.slow)},
          {"samples_per_s", result.samples_per_second},
          {"tokens_per_s", result.tokens_per_second},
          {"mfu", result.mfu},
          {"spent_s", activity_record(result.mean.spent)},
          {"hidden_s", activity_record(result.mean.hidden)},
          {"bubble_s", seconds(result.mean.bubble)},
          {"critical_path_s", activity_record(result.critical_path)},
          {"memory", memory_record(result.memory)},
          {"calls", calls_record(result.calls)},
          {"link_bytes", links},
          {"tasks", result.tasks},
          {"choices", choices},
          {"updates", updates_record(point.job.updates, result.updates)},
          {"gpu_types", gpus_record(point.job.gpus, result.gpus)},
          {"chunk_layers", parallelism.chunk_layers},
          {"micro_batches", parallelism.shares},
          {"exposed_s", exposed_record(result.mean)},
          {"exposed_share", or_null(result.mean.exposed_share())},
          {"warnings", notes_on(point.job)},
          {"codecs", codecs_record(point.job.choices.codecs)}};
}

}  // namespace commsim
