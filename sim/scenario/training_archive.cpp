#include "sim/scenario/training_archive.hpp"

#include <cereal/archives/portable_binary.hpp>
#include <cereal/types/chrono.hpp>
#include <cereal/types/map.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>
#include <sstream>

#include "core/registry.hpp"

// What cereal looks for beside each type. Named apart from those of result_archive.cpp, which have
// the same neighbours in a translation unit.
namespace commsim::training_archive {
namespace {

template <typename Archive>
void bytes(Archive& archive, Bytes& size) {
  std::int64_t count = size.count();
  archive(count);
  size = Bytes{count};
}
template <typename Archive>
void activities(Archive& archive, ActivityTimes& times) {
  for (std::size_t i = 0; i < kActivities; ++i) archive(times[static_cast<Activity>(i)]);
}
template <typename Archive>
void stage_time(Archive& archive, StageTime& time) {
  activities(archive, time.spent);
  activities(archive, time.hidden);
  archive(time.bubble);
}
template <typename Archive>
void memory(Archive& archive, FullestStage& fullest) {
  MemoryUse& use = fullest.use;
  for (Bytes* part : {&use.weights, &use.gradients, &use.optimizer, &use.gathered, &use.activations,
                      &use.recomputed}) {
    bytes(archive, *part);
  }
  std::string gpu(fullest.gpu == nullptr ? "" : fullest.gpu->name);
  archive(fullest.stage, gpu);
  fullest.gpu = gpu.empty() ? nullptr : &Registry<Gpu>::get(gpu, "gpu");
}
// What its calls are for in words is not shown.
template <typename Archive>
void call(Archive& archive, CallSummary& call) {
  TrafficItem& item = call.item;
  archive(item.traffic, item.collective, item.group, item.ranks, item.calls);
  bytes(archive, item.size);
  archive(call.algorithm, call.time, call.bottleneck);
}
template <typename Archive>
void load(Archive& archive, MediumLoad& load) {
  archive(load.medium, load.links);
  bytes(archive, load.bytes);
}
template <typename Archive, typename Item, typename Each>
void all(Archive& archive, std::vector<Item>& items, Each each) {
  std::uint64_t count = items.size();
  archive(count);
  items.resize(count);
  for (Item& item : items) each(archive, item);
}
template <typename Archive>
void updates(Archive& archive, std::optional<UpdateResult>& optional) {
  bool there = optional.has_value();
  archive(there);
  if (!there) return;
  if (!optional) optional.emplace();
  UpdateResult& result = *optional;
  auto counts = result.staleness.counts();
  archive(result.workers, result.servers, result.iterations, result.elapsed, result.spent.computing,
          result.spent.sending, result.spent.waiting, counts, result.ahead, result.busiest_server);
  result.staleness = Staleness(std::move(counts));
}
template <typename Archive>
void step(Archive& archive, TrainingResult& result) {
  archive(result.time, result.fast, result.slow, result.parameters, result.gpus,
          result.samples_per_second, result.tokens_per_second, result.mfu, result.tasks);
  stage_time(archive, result.mean);
  activities(archive, result.critical_path);
  memory(archive, result.memory);
  all(archive, result.calls, [](Archive& a, CallSummary& item) { call(a, item); });
  all(archive, result.media, [](Archive& a, MediumLoad& item) { load(a, item); });
  updates(archive, result.updates);
}

}  // namespace
}  // namespace commsim::training_archive

namespace commsim {

std::string packed(const TrainingResult& result) {
  std::ostringstream out;
  cereal::PortableBinaryOutputArchive archive(out);
  TrainingResult copy = result;  // the same functions write and read
  training_archive::step(archive, copy);
  return std::move(out).str();
}

TrainingResult unpacked_step(const std::string& bytes) {
  std::istringstream in(bytes);
  cereal::PortableBinaryInputArchive archive(in);
  TrainingResult result;
  training_archive::step(archive, result);
  return result;
}

}  // namespace commsim
