// The GPUs of a job, which need not be alike.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/workload/training/roofline.hpp"

namespace commsim {

/// Neighbouring ranks with GPUs of one type.
struct GpuGroup {
  std::size_t type = 0;  ///< index into GpuFleet::types
  std::int64_t count = 0;
};

/// GPUs in the order of the ranks. Pointers outlive it.
class GpuFleet {
 public:
  GpuFleet() = default;
  /// As many as anybody asks for, all alike.
  explicit GpuFleet(Roofline all) : types_{std::move(all)} {}

  /// `count` ranks more. Types that are the same are one.
  void add(const Roofline& roofline, std::int64_t count);
  /// Changes how each type computes; which ranks have which does not change.
  template <typename Change>
  void change(Change change) {
    for (Roofline& type : types_) change(type);
  }

  /// No two of them are alike; not empty.
  [[nodiscard]] const std::vector<Roofline>& types() const { return types_; }
  [[nodiscard]] const std::vector<GpuGroup>& groups() const { return groups_; }
  [[nodiscard]] bool mixed() const { return types_.size() > 1; }
  /// Ranks that groups name; 0: there are no groups, and all are alike.
  [[nodiscard]] std::int64_t ranks() const;
  /// The types of the first ranks. O(ranks). REQUIRES: as many are there, unless all are alike.
  [[nodiscard]] std::vector<std::size_t> types_of(std::int64_t ranks) const;
  /// How many of the first ranks are of each type.
  [[nodiscard]] std::vector<std::int64_t> counts(std::int64_t ranks) const;

 private:
  std::vector<Roofline> types_;
  std::vector<GpuGroup> groups_;
};

}  // namespace commsim
