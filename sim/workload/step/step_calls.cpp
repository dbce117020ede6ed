#include "sim/workload/step/step_calls.hpp"

#include <algorithm>
#include <numeric>

namespace commsim {

StepCalls::Known& StepCalls::known(const TrafficItem& item) {
  Known& known = known_[{item.traffic, item.collective, item.group, item.size.count()}];
  if (known.price == nullptr) {
    known.item = item;
    known.item.calls = 0;
    known.price = &found(item);
  }
  return known;
}

Duration StepCalls::price(const TrafficItem& item) {
  Known& same = known(item);
  same.item.calls += item.calls;
  return same.price->time * item.calls;
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

const GroupPrice& StepCalls::found(const TrafficItem& item) {
  auto& groups = groups_[item.group];
  if (groups.groups.empty()) groups = rank_groups(grid_.groups(item.group));
  return prices_.price(
      network_,
      {.groups = &groups,
       .kind = item.collective,
       .size = item.size,
       .algorithm = algorithm_of(job_.choices, item),
       .compression = item.traffic == Traffic::kData ? job_.choices.compression : nullptr});
}

}  // namespace commsim
