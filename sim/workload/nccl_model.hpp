// A collective as long as NCCL itself thinks that it takes.
#pragma once

#include "calibrate/nccl/nccl_estimate.hpp"
#include "sim/workload/time_model.hpp"

namespace commsim {

/// The time of what NCCL would choose, by the model that it chooses by. Nothing in it is fitted to
/// measurements here. Warns of what that means.
class NcclModel final : public TimeModel {
 public:
  /// `fp8` says that elements are 8-bit floating point. Throws RequestError if the collective has
  /// no model, or if nccl_estimates() has none for the system.
  NcclModel(const NcclSystem& system, CollectiveKind kind, bool fp8,
            const NcclChoiceLimits& limits);

  [[nodiscard]] std::string_view name() const override { return "nccl"; }
  [[nodiscard]] CollectiveResult result(const CollectiveRun& run) const override;
  [[nodiscard]] std::string way(const CollectiveRun& run) const override;
  [[nodiscard]] std::vector<std::string> explanation(const CollectiveRun& run) const override;

  [[nodiscard]] const NcclSystem& system() const { return system_; }
  /// All that NCCL considers for the run's size, fastest first.
  [[nodiscard]] std::vector<NcclEstimate> estimates(Bytes size) const;

 private:
  NcclSystem system_;
  NcclCall call_;
  NcclChoiceLimits limits_;
};

/// Microseconds as the model has them, rounded up to the picosecond. Throws RequestError past the
/// end of the clock.
Duration nccl_time(double microseconds);

}  // namespace commsim
