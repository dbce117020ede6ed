// Gradients that wait until enough of them are there to be sent.
#pragma once

#include <vector>

#include "core/units.hpp"

namespace commsim {

/// What is sent at once: `count` messages of `size`.
struct GradientBatch {
  std::int64_t parameters = 0;
  std::int64_t count = 1;
};

/// Fills buckets of a fixed number of parameters. Whole layers come; what they overfill leaves at
/// once, in full buckets, and the rest stays.
class GradientBuckets {
 public:
  /// 0: one bucket that is never full.
  explicit GradientBuckets(std::int64_t parameters) : full_(parameters) {}

  /// The full buckets that these parameters make; count 0: none.
  GradientBatch add(std::int64_t parameters) {
    waiting_ += parameters;
    if (full_ <= 0 || waiting_ < full_) return {.parameters = full_, .count = 0};
    const std::int64_t count = waiting_ / full_;
    waiting_ %= full_;
    return {.parameters = full_, .count = count};
  }
  /// What is left.
  GradientBatch rest() {
    const std::int64_t left = waiting_;
    waiting_ = 0;
    return {.parameters = left, .count = left > 0 ? 1 : 0};
  }

 private:
  std::int64_t full_;
  std::int64_t waiting_ = 0;
};

}  // namespace commsim
