#include "sim/workload/training/data_traffic.hpp"

namespace commsim {
namespace data_traffic_items {
namespace {

TrafficItem item(std::string_view what, CollectiveKind collective, GroupKind group,
                 std::int64_t ranks, Bytes size, std::int64_t calls) {
  return {.traffic = Traffic::kData,
          .what = what,
          .collective = collective,
          .group = group,
          .ranks = ranks,
          .size = size,
          .calls = calls};
}

}  // namespace
}  // namespace data_traffic_items

std::vector<TrafficItem> data_traffic(std::int64_t parameters, const ReplicaGroup& replicas,
                                      const Parallelism& parallelism) {
  using data_traffic_items::item;
  const ZeroStage zero = parallelism.zero;
  const Bytes gradients = Bytes{parameters} * parallelism.precision.gradient;
  const Bytes weights = Bytes{parameters} * parallelism.precision.weight;
  const std::int64_t micro_batches = parallelism.micro_batches();
  std::vector<TrafficItem> items;
  items.reserve(3);
  const auto add = [&](const TrafficItem& candidate) {
    if (candidate.ranks > 1 && candidate.size > Bytes{}) items.push_back(candidate);
  };
  if (zero == ZeroStage::kNone) {
    add(item("gradients", CollectiveKind::kAllReduce, replicas.shard, replicas.shards, gradients,
             1));
    return items;
  }
  std::int64_t gathers = 1;
  if (zero == ZeroStage::kParameters) {
    gathers = micro_batches * (parallelism.reshard_after_forward ? 2 : 1);
  }
  add(item("gradients", CollectiveKind::kReduceScatter, replicas.shard, replicas.shards, gradients,
           zero == ZeroStage::kOptimizer ? 1 : micro_batches));
  add(item("parameters", CollectiveKind::kAllGather, replicas.shard, replicas.shards, weights,
           gathers));
  const std::int64_t shard = (parameters + replicas.shards - 1) / replicas.shards;
  add(item("gradients across shard groups", CollectiveKind::kAllReduce, replicas.across,
           replicas.copies, Bytes{shard} * parallelism.precision.gradient, 1));
  return items;
}

ReplicaGroup common_replicas(const Parallelism& parallelism) {
  return {.shard = GroupKind::kShard,
          .across = GroupKind::kShardReplicas,
          .shards = parallelism.shards(),
          .copies = parallelism.replicas() / parallelism.shards()};
}

ReplicaGroup expert_replicas(const Parallelism& parallelism) {
  return {.shard = GroupKind::kExpertReplicas,
          .across = GroupKind::kExpertReplicas,
          .shards = parallelism.expert_replicas(),
          .copies = 1};
}

}  // namespace commsim
