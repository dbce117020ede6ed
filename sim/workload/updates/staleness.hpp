// How old the parameters were that gradients had been computed from.
#pragma once

#include <cstdint>
#include <map>
#include <utility>

namespace commsim {

/// Pushes by their staleness: how many updates were applied between the pull of the parameters and
/// the push of the gradients.
class Staleness {
 public:
  Staleness() = default;
  /// With so many pushes of each staleness.
  explicit Staleness(std::map<std::int64_t, std::int64_t> counts) : counts_(std::move(counts)) {
    for (const auto& [updates, count] : counts_) {
      pushes_ += count;
      sum_ += static_cast<double>(updates) * static_cast<double>(count);
    }
  }

  void add(std::int64_t updates) {
    ++counts_[updates];
    ++pushes_;
    sum_ += static_cast<double>(updates);
  }

  [[nodiscard]] std::int64_t pushes() const { return pushes_; }
  [[nodiscard]] const std::map<std::int64_t, std::int64_t>& counts() const { return counts_; }
  [[nodiscard]] double mean() const {
    return pushes_ == 0 ? 0 : sum_ / static_cast<double>(pushes_);
  }
  [[nodiscard]] std::int64_t most() const { return counts_.empty() ? 0 : counts_.rbegin()->first; }
  /// The least staleness that `percent` of a hundred pushes do not pass; 0 if there are none.
  [[nodiscard]] std::int64_t percentile(std::int64_t percent) const {
    std::int64_t seen = 0;
    for (const auto& [updates, count] : counts_) {
      seen += count;
      if (seen * 100 >= pushes_ * percent) return updates;
    }
    return 0;
  }

 private:
  std::map<std::int64_t, std::int64_t> counts_;
  std::int64_t pushes_ = 0;
  double sum_ = 0;
};

}  // namespace commsim
