// Gradients that wait until enough of them are there to be sent.
#pragma once

#include <array>
#include <cstdint>

#include "core/units.hpp"

namespace commsim {

/// What is sent at once: `count` messages of `size`.
struct GradientBatch {
  std::int64_t parameters = 0;
  std::int64_t count = 1;
};

/// Fills buckets of a fixed number of parameters, but for the first one. Whole layers come; what
/// they overfill leaves at once, in full buckets, and the rest stays.
class GradientBuckets {
 public:
  /// 0: one bucket that is never full; `first` 0: the first one is like the others.
  explicit GradientBuckets(std::int64_t parameters, std::int64_t first = 0)
      : full_(parameters), first_(first), next_first_(first) {}

  /// The full buckets that these parameters make, in order: the first one, and others; count 0:
  /// none.
  std::array<GradientBatch, 2> add(std::int64_t parameters) {
    waiting_ += parameters;
    GradientBatch first{.parameters = next_first_, .count = 0};
    if (next_first_ > 0) {
      if (waiting_ < next_first_) return {first, none()};
      first.count = 1;
      waiting_ -= next_first_;
      next_first_ = 0;
    }
    if (full_ <= 0 || waiting_ < full_) return {first, none()};
    const std::int64_t count = waiting_ / full_;
    waiting_ %= full_;
    return {first, GradientBatch{.parameters = full_, .count = count}};
  }
  /// What is left. The next one is a first one again.
  GradientBatch rest() {
    const std::int64_t left = waiting_;
    waiting_ = 0;
    next_first_ = first_;
    return {.parameters = left, .count = left > 0 ? 1 : 0};
  }

 private:
  [[nodiscard]] GradientBatch none() const { return {.parameters = full_, .count = 0}; }

  std::int64_t full_;
  std::int64_t first_;
  std::int64_t next_first_;  // 0: it has left
  std::int64_t waiting_ = 0;
};

}  // namespace commsim
