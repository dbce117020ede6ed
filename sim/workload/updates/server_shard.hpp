// What a server knows of its shard: whose gradients it has, and whom it owes parameters.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/index.hpp"

namespace commsim {

class ServerShard {
 public:
  explicit ServerShard(std::int64_t workers) : pushes_(index(workers)), slowest_workers_(workers) {}

  /// Counts a push. Returns whether the slowest have come forward. Amortised O(1).
  bool apply(std::int64_t worker) {
    ++applied_;
    if (pushes_[index(worker)]++ != slowest_ || --slowest_workers_ > 0) return false;
    slowest_ = *std::min_element(pushes_.begin(), pushes_.end());
    slowest_workers_ = std::count(pushes_.begin(), pushes_.end(), slowest_);
    return true;
  }
  /// Of all workers.
  [[nodiscard]] std::int64_t applied() const { return applied_; }
  /// How many more pushes of this worker have been applied than of the slowest.
  [[nodiscard]] std::int64_t ahead(std::int64_t worker) const {
    return pushes_[index(worker)] - slowest_;
  }

  /// Workers that are too far ahead, as they came; kept for the server.
  [[nodiscard]] std::vector<std::int64_t>& waiting() { return waiting_; }

 private:
  std::vector<std::int64_t> waiting_;
  std::vector<std::int64_t> pushes_;
  std::int64_t slowest_ = 0;
  std::int64_t slowest_workers_;
  std::int64_t applied_ = 0;
};

}  // namespace commsim
