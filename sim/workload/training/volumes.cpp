#include "sim/workload/training/volumes.hpp"

#include <algorithm>
#include <array>

#include "sim/workload/training/data_traffic.hpp"
#include "sim/workload/training/end_traffic.hpp"
#include "sim/workload/training/layer_traffic.hpp"
#include "sim/workload/training/rank_parameters.hpp"
#include "sim/workload/training/stage_chunks.hpp"

namespace commsim {
namespace traffic_volumes {
namespace {

class StageTraffic {
 public:
  StageTraffic(const TransformerModel& model, const Parallelism& parallelism, std::int64_t stage)
      : model_(model), parallelism_(parallelism), stage_(stage) {}

  std::vector<TrafficItem> items() && {
    const RankParameters own = stage_parameters(model_, parallelism_, stage_);
    append(data_traffic(own.common, common_replicas(parallelism_), parallelism_));
    append(data_traffic(own.experts, expert_replicas(parallelism_), parallelism_));
    for (const StageChunk& chunk : chunks_of_stage(parallelism_, model_.layers, stage_)) {
      for (std::int64_t i = 0; i < chunk.layers; ++i) {
        append(layer_traffic(model_, parallelism_, chunk.first_layer + i));
      }
      add_passes(chunk);
    }
    add_ends();
    if (parallelism_.sequence_parallel) {
      add_once({.traffic = Traffic::kNorms,
                .what = "replicated gradients",
                .group = GroupKind::kTensor,
                .ranks = parallelism_.tensor,
                .size = Bytes{own.replicated} * parallelism_.precision.gradient});
    }
    return std::move(items_);
  }

 private:
  // Equal calls are one item.
  void append(const std::vector<TrafficItem>& more) {
    for (const TrafficItem& item : more) {
      const auto same = std::find_if(items_.begin(), items_.end(), [&](const TrafficItem& old) {
        return old.traffic == item.traffic && old.what == item.what &&
               old.collective == item.collective && old.group == item.group &&
               old.size == item.size;
      });
      if (same == items_.end()) {
        items_.push_back(item);
      } else {
        same->calls += item.calls;
      }
    }
  }

  void add(TrafficItem item, std::int64_t calls) {
    item.calls = calls;
    if (item.ranks > 1 && item.size > Bytes{} && calls > 0) append({item});
  }
  void add_once(const TrafficItem& item) { add(item, 1); }
  void add_each_micro_batch(const std::vector<TrafficItem>& calls) {
    for (const TrafficItem& call : calls) add(call, call.calls * parallelism_.micro_batches());
  }

  void add_passes(const StageChunk& chunk) {
    for (const Pass pass : {Pass::kForward, Pass::kBackward}) {
      if (chunk.embedding) add_each_micro_batch(embedding_calls(model_, parallelism_, pass));
      if (chunk.head) add_each_micro_batch(head_calls(model_, parallelism_, pass));
      add_each_micro_batch(boundary_calls(model_, parallelism_, chunk, pass));
      add_each_micro_batch(arrival_calls(model_, parallelism_, chunk, pass));
    }
  }

  void add_ends() {
    if (stage_ != 0 && stage_ != parallelism_.pipeline - 1) return;
    add_once(
        {.traffic = Traffic::kEmbedding,
         .what = "tied matrix",
         .group = GroupKind::kEnds,
         .ranks = 2,
         .size = Bytes{tied_parameters(model_, parallelism_)} * parallelism_.precision.gradient});
  }

  const TransformerModel& model_;
  const Parallelism& parallelism_;
  std::int64_t stage_;
  std::vector<TrafficItem> items_;
};

}  // namespace
}  // namespace traffic_volumes

std::string_view to_text(Traffic traffic) {
  constexpr std::array<std::string_view, 8> names = {"data",    "tensor", "vocabulary", "pipeline",
                                                     "context", "expert", "embedding",  "norms"};
  return names.at(static_cast<std::size_t>(traffic));
}

Bytes TrafficItem::sent_together() const {
  switch (collective) {
    case CollectiveKind::kAllReduce:
      return size * (2 * (ranks - 1)) * calls;
    case CollectiveKind::kSendRecv:
      return size * calls;
    default:
      return size * (ranks - 1) * calls;
  }
}

Bytes TrafficItem::sent() const {
  const Bytes together = sent_together();
  if (collective == CollectiveKind::kSendRecv) return together;
  return Bytes{(together.count() + ranks - 1) / ranks};
}

std::vector<TrafficItem> stage_traffic(const TransformerModel& model,
                                       const Parallelism& parallelism, std::int64_t stage) {
  return traffic_volumes::StageTraffic(model, parallelism, stage).items();
}

std::vector<TrafficItem> traffic(const LayerList& model, const Parallelism& parallelism) {
  return data_traffic(parameters(model), common_replicas(parallelism), parallelism);
}

Bytes sent(const std::vector<TrafficItem>& items, Traffic traffic) {
  Bytes sum;
  for (const TrafficItem& item : items) {
    if (item.traffic == traffic) sum += item.sent();
  }
  return sum;
}

}  // namespace commsim
