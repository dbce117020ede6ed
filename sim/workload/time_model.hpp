// A time that is known without simulating: from what was measured, or from a library's own model.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/workload/collective_run.hpp"

namespace commsim {

/// Gives the time of runs, each on the cluster that it was made for. There are no messages then, no
/// bottleneck and no critical path; the bound is that of the topology. Immutable, so that threads
/// may share it.
class TimeModel {
 public:
  TimeModel() = default;
  TimeModel(const TimeModel&) = delete;
  TimeModel& operator=(const TimeModel&) = delete;
  virtual ~TimeModel() = default;

  /// Stands where other results name their network: "profile", "nccl".
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// The time, rates and bound, with what there is to warn of. Throws RequestError.
  [[nodiscard]] virtual CollectiveResult result(const CollectiveRun& run) const = 0;
  /// How the collective is done, as far as the model says: "ring LL x24", or nothing.
  [[nodiscard]] virtual std::string way(const CollectiveRun& /*run*/) const { return {}; }
  /// Within which factor of the time nine of ten measured ones lie, if anybody knows.
  [[nodiscard]] virtual std::optional<double> factor(Bytes /*size*/) const { return std::nullopt; }
  /// What the time is made of, a line each.
  [[nodiscard]] virtual std::vector<std::string> explanation(const CollectiveRun& run) const = 0;
};

}  // namespace commsim
