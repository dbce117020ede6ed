// The calls of a step: what each costs on the cluster, and how many there are.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "sim/workload/step/group_prices.hpp"
#include "sim/workload/step/training_job.hpp"

namespace commsim {

/// Calls of one kind in a step.
struct CallSummary {
  TrafficItem item;  ///< calls: that a rank makes on average, rounded up
  std::string algorithm;
  Duration time{0};        ///< of one call, while all groups of its kind make it
  std::string bottleneck;  ///< the busiest link then
};

/// Prices calls by simulating all groups of their kind, and keeps count of them. Its arguments
/// outlive it.
class StepCalls {
 public:
  StepCalls(const TrainingJob& job, const CollectiveRun& network, GroupPrices& prices)
      : job_(job), network_(network), prices_(prices), grid_(job.parallelism, job.order) {}

  /// Of item.calls calls, one after another, of one stage, which a step makes.
  Duration price(const TrafficItem& item);
  /// The same without counting them.
  Duration price_again(const TrafficItem& item) { return known(item).price->time * item.calls; }

  /// Of each kind of call the size that takes longest.
  [[nodiscard]] std::vector<CallSummary> summary() const;
  /// Bytes of all ranks, by class of link.
  [[nodiscard]] std::vector<MediumLoad> media() const;

 private:
  struct Known {
    TrafficItem item;  // calls: of all stages
    const GroupPrice* price = nullptr;
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
  const GroupPrice& found(const TrafficItem& item);

  const TrainingJob& job_;
  const CollectiveRun& network_;
  GroupPrices& prices_;
  ParallelGrid grid_;
  std::map<GroupKind, RankGroups> groups_;
  std::map<Key, Known> known_;
};

}  // namespace commsim
