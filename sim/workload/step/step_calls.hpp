// The calls of a step: what each costs on the cluster, and how many there are.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/workload/step/group_prices.hpp"
#include "sim/workload/step/training_job.hpp"
#include "sim/workload/training/replica_classes.hpp"

namespace commsim {

/// Calls of one kind in a step.
struct CallSummary {
  TrafficItem item;  ///< calls: that a rank makes on average, rounded up
  std::string algorithm;
  Duration time{0};        ///< of one call where it takes longest, while all groups make it
  std::string bottleneck;  ///< the busiest link then
};

/// Prices calls by simulating all groups of their kind, and keeps count of them. On mixed GPUs,
/// calls whose messages stay within servers cost what they cost on servers with the GPUs that make
/// them; those that share links with calls of other servers cost as much everywhere as where they
/// take longest. Its arguments outlive it.
class StepCalls {
 public:
  StepCalls(const TrainingJob& job, const CollectiveRun& network, GroupPrices& prices)
      : job_(job), network_(network), prices_(prices), grid_(job.parallelism, job.order) {}

  /// Of item.calls calls, one after another, of one stage, which a step makes, on GPUs of these
  /// types.
  Duration price(const TrafficItem& item, const GpuTypes& types);
  /// The same without counting them.
  Duration price_again(const TrafficItem& item, const GpuTypes& types) {
    return time_on(known(item), types) * item.calls;
  }

  /// Of each kind of call the size that takes longest.
  [[nodiscard]] std::vector<CallSummary> summary() const;
  /// Bytes of all ranks, by class of link.
  [[nodiscard]] std::vector<MediumLoad> media() const;

 private:
  struct Known {
    TrafficItem item;                       // calls: of all stages
    const GroupPrice* price = nullptr;      // of all groups at once
    std::map<GpuTypes, Duration> by_types;  // on servers with any of them
  };
  using Key = std::tuple<Traffic, CollectiveKind, GroupKind, std::int64_t>;

  // As a part of what the replica with most micro-batches does.
  struct Mean {
    std::int64_t passes = 1;
    std::int64_t of = 1;
  };

  Known& known(const TrafficItem& item);
  [[nodiscard]] std::int64_t stages_of(const TrafficItem& item) const;
  [[nodiscard]] Mean mean(Traffic traffic) const;
  [[nodiscard]] Duration time_on(Known& known, const GpuTypes& types);
  const GroupPrice& found(const TrafficItem& item, const RankGroups& groups);
  const RankGroups& groups_of(GroupKind kind);
  const RankGroups& groups_on(GroupKind kind, const GpuTypes& types);

  const TrainingJob& job_;
  const CollectiveRun& network_;
  GroupPrices& prices_;
  ParallelGrid grid_;
  std::map<GroupKind, RankGroups> groups_;
  std::map<std::pair<GroupKind, GpuTypes>, RankGroups> groups_on_;
  std::map<Key, Known> known_;
};

}  // namespace commsim
