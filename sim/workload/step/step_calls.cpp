#include "sim/workload/step/step_calls.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "collectives/call_options.hpp"
#include "core/index.hpp"

namespace commsim {

StepCalls::Known& StepCalls::known(const TrafficItem& item) {
  Known& known = known_[{item.traffic, item.collective, item.group, item.size.count()}];
  if (known.price == nullptr) {
    known.item = item;
    known.item.calls = 0;
    known.price = &found(item, groups_of(item.group));
  }
  return known;
}

Duration StepCalls::price(const TrafficItem& item, const GpuTypes& types) {
  Known& same = known(item);
  same.item.calls += item.calls;
  return time_on(same, types) * item.calls;
}

Duration StepCalls::time_on(Known& known, const GpuTypes& types) {
  if (!known.price->within_servers || types.size() == job_.gpus.types().size()) {
    return known.price->time;
  }
  const auto [place, is_new] = known.by_types.try_emplace(types);
  if (is_new) place->second = found(known.item, groups_on(known.item.group, types)).time;
  return place->second;
}

std::vector<CallSummary> StepCalls::summary() const {
  std::vector<CallSummary> all;
  for (const auto& [key, known] : known_) {
    CallSummary call{known.item, known.price->algorithm, known.price->time,
                     known.price->bottleneck};
    const Mean part = mean(known.item.traffic);
    const std::int64_t ranks = stages_of(known.item) * part.of;
    call.item.calls = (call.item.calls * part.passes + ranks - 1) / ranks;
    const auto same = std::find_if(all.begin(), all.end(), [&](const CallSummary& old) {
      return old.item.traffic == call.item.traffic && old.item.collective == call.item.collective &&
             old.item.group == call.item.group;
    });
    if (same == all.end()) {
      all.push_back(std::move(call));
    } else if (call.item.calls * call.time > same->item.calls * same->time) {
      *same = std::move(call);
    }
  }
  return all;
}

// A price holds those of the groups of all stages.
std::vector<MediumLoad> StepCalls::media() const {
  std::vector<MediumLoad> loads;
  for (const std::string& medium : network_.cluster->topology.media()) {
    loads.push_back({.medium = medium});
  }
  for (const auto& [key, known] : known_) {
    const Mean part = mean(known.item.traffic);
    for (std::size_t m = 0; m < loads.size(); ++m) {
      const MediumLoad& one = known.price->media[m];
      const Bytes all = Bytes{one.bytes.count() / stages_of(known.item)} * known.item.calls;
      loads[m].bytes +=
          Bytes{static_cast<std::int64_t>(Int128{all.count()} * part.passes / part.of)};
      loads[m].links = std::max(loads[m].links, one.links);
    }
  }
  return loads;
}

std::int64_t StepCalls::stages_of(const TrafficItem& item) const {
  return item.group == GroupKind::kEnds ? 1 : job_.parallelism.pipeline;
}

// What is about a micro-batch only replicas do that have it.
StepCalls::Mean StepCalls::mean(Traffic traffic) const {
  const auto& shares = job_.parallelism.shares;
  const bool once =
      traffic == Traffic::kData || traffic == Traffic::kEmbedding || traffic == Traffic::kNorms;
  if (shares.empty() || once) return {};
  return {.passes = std::accumulate(shares.begin(), shares.end(), std::int64_t{0}),
          .of = std::ssize(shares) * job_.parallelism.micro_batches()};
}

const RankGroups& StepCalls::groups_of(GroupKind kind) {
  RankGroups& groups = groups_[kind];
  if (groups.groups.empty()) groups = rank_groups(grid_.groups(kind));
  return groups;
}

// Those on servers with such GPUs, whatever else is there.
const RankGroups& StepCalls::groups_on(GroupKind kind, const GpuTypes& types) {
  RankGroups& groups = groups_on_[{kind, types}];
  if (!groups.groups.empty()) return groups;
  const std::vector<int> servers = servers_of(network_.cluster->layout);
  const std::vector<std::size_t> type_of = job_.gpus.types_of(grid_.ranks());
  std::set<int> with_such;
  for (Rank rank = 0; rank < grid_.ranks(); ++rank) {
    if (std::ranges::binary_search(types, type_of[index(rank)])) {
      with_such.insert(servers[index(rank)]);
    }
  }
  std::vector<std::vector<Rank>> chosen;
  for (const auto& members : groups_of(kind).groups) {
    if (std::ranges::any_of(members,
                            [&](Rank rank) { return with_such.contains(servers[index(rank)]); })) {
      chosen.push_back(members);
    }
  }
  groups = rank_groups(std::move(chosen));
  return groups;
}

const GroupPrice& StepCalls::found(const TrafficItem& item, const RankGroups& groups) {
  return prices_.price(network_, {.groups = &groups,
                                  .kind = item.collective,
                                  .size = item.size,
                                  .algorithm = algorithm_of(job_.choices, item),
                                  .compression = codec_of(job_.choices.codecs, item),
                                  .element = element_of(job_.parallelism.precision, item),
                                  .physics = job_.physics});
}

}  // namespace commsim
