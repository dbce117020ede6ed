// A collective whose time is known from measurements.
#pragma once

#include "calibrate/profile.hpp"
#include "sim/workload/time_model.hpp"

namespace commsim {

/// The time of the run's size on the curve of one table. Warns of sizes that were not measured, and
/// of a time below the bound, which tells that the topology is not the measured one.
class ProfileModel final : public TimeModel {
 public:
  /// Both must outlive it.
  ProfileModel(const Profile& profile, const ProfileTable& table)
      : profile_(&profile), table_(&table) {}

  [[nodiscard]] std::string_view name() const override { return "profile"; }
  [[nodiscard]] CollectiveResult result(const CollectiveRun& run) const override;
  [[nodiscard]] std::optional<double> factor(Bytes size) const override {
    return table_->fit.band.factor(size);
  }
  [[nodiscard]] std::vector<std::string> explanation(const CollectiveRun& run) const override;

 private:
  const Profile* profile_;
  const ProfileTable* table_;
};

}  // namespace commsim
