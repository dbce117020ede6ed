#include "sim/workload/training/replica_classes.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "core/index.hpp"

namespace commsim::replica_classes_of {
namespace {

// The types on each stage of each replica.
class Places {
 public:
  Places(const GpuFleet& fleet, const Parallelism& parallelism, const AxisOrder& order)
      : grid_(parallelism, order), stages_(parallelism.pipeline) {
    types_.resize(index(parallelism.data * stages_));
    const auto of_rank = fleet.types_of(grid_.ranks());
    for (Rank rank = 0; rank < grid_.ranks(); ++rank) {
      add(types_[cell(rank)], of_rank[index(rank)]);
    }
    if (parallelism.expert > 1) join_experts();
  }

  [[nodiscard]] std::vector<GpuTypes> of(std::int64_t replica) const {
    const auto first = types_.begin() + replica * stages_;
    return {first, first + stages_};
  }

 private:
  [[nodiscard]] std::size_t cell(Rank rank) const {
    const GridPlace place = grid_.place(rank);
    return index(place.data * stages_ + place.pipeline);
  }
  static bool add(GpuTypes& types, std::size_t type) {
    const auto place = std::ranges::lower_bound(types, type);
    if (place != types.end() && *place == type) return false;
    types.insert(place, type);
    return true;
  }
  static bool add_all(GpuTypes& types, const GpuTypes& more) {
    bool any = false;
    for (const std::size_t type : more) any = add(types, type) || any;
    return any;
  }

  // Groups overlap, so that one waits for another by way of a third.
  void join_experts() {
    const auto groups = grid_.groups(GroupKind::kExpert);
    for (bool changed = true; changed;) {
      changed = false;
      for (const auto& members : groups) {
        GpuTypes all;
        for (const Rank rank : members) add_all(all, types_[cell(rank)]);
        for (const Rank rank : members) changed = add_all(types_[cell(rank)], all) || changed;
      }
    }
  }

  ParallelGrid grid_;
  std::int64_t stages_;
  std::vector<GpuTypes> types_;
};

}  // namespace
}  // namespace commsim::replica_classes_of

namespace commsim {

ReplicaClasses replica_classes(const GpuFleet& fleet, const Parallelism& parallelism,
                               const AxisOrder& order) {
  ReplicaClasses result{.classes = {},
                        .of_replica = std::vector<std::size_t>(index(parallelism.data))};
  const std::vector<GpuTypes> alike(index(parallelism.pipeline), GpuTypes{0});
  if (!fleet.mixed() && parallelism.shares.empty()) {
    result.classes.push_back({.stages = alike,
                              .micro_batches = parallelism.micro_batches(),
                              .replicas = parallelism.data});
    return result;
  }
  std::optional<replica_classes_of::Places> places;
  if (fleet.mixed()) places.emplace(fleet, parallelism, order);
  std::map<std::pair<std::vector<GpuTypes>, std::int64_t>, std::size_t> known;
  for (std::int64_t r = 0; r < parallelism.data; ++r) {
    const std::int64_t share = parallelism.micro_batches_of(r);
    const auto [place, is_new] =
        known.try_emplace(std::pair(places ? places->of(r) : alike, share), result.classes.size());
    if (is_new) {
      result.classes.push_back({.stages = place->first.first, .micro_batches = share});
    }
    ++result.classes[place->second].replicas;
    result.of_replica[index(r)] = place->second;
  }
  return result;
}

}  // namespace commsim
