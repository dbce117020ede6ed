// What share of a peak rate an operation of some size reaches.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/workload/training/precision.hpp"

namespace commsim {

/// Efficiency as a function of an operation's work (FLOPs, or bytes). Whatever the curve, more work
/// never takes less time.
class EfficiencyCurve {
 public:
  struct Point {
    double work = 0;
    double efficiency = 0;

    friend bool operator==(const Point&, const Point&) = default;
  };

  /// The same for all. Throws RequestError unless 0 < efficiency <= 1, as do all of these.
  static EfficiencyCurve constant(double efficiency);
  /// share * work / (work + half): work that takes a fixed time in front, half of the best
  /// efficiency `share` where work is `half`. Throws RequestError if half is negative or infinite.
  static EfficiencyCurve saturating(double share, double half);
  /// Measured points; between them efficiency is a power of work, outside it is as at the ends.
  /// Throws RequestError unless work ascends and efficiency grows no faster than work does.
  static EfficiencyCurve table(std::vector<Point> points);

  /// The same with every efficiency multiplied, as one measured time of a step calibrates it.
  /// Throws RequestError unless all of them are above 0 and at most 1 then.
  [[nodiscard]] EfficiencyCurve scaled(double factor) const;

  /// REQUIRES: work > 0. O(points).
  [[nodiscard]] double at(double work) const;

  friend bool operator==(const EfficiencyCurve&, const EfficiencyCurve&) = default;

 private:
  explicit EfficiencyCurve(std::vector<Point> points, double half)
      : points_(std::move(points)), half_(half) {}

  std::vector<Point> points_;
  double half_ = 0;
};

/// How well a GPU computes: what a measured profile replaces.
struct ComputeEfficiency {
  EfficiencyCurve product;  ///< by FLOPs of one matrix product
  EfficiencyCurve memory;   ///< by bytes that one operation reads and writes
  std::string source;
  /// Measured curves of products by their format, in place of `product`.
  std::map<NumberFormat, EfficiencyCurve> measured = {};
  /// What fused attention reaches of the peak; nothing: as other products.
  std::optional<EfficiencyCurve> attention = {};

  [[nodiscard]] const EfficiencyCurve& of_products(NumberFormat format) const {
    const auto place = measured.find(format);
    return place == measured.end() ? product : place->second;
  }
  friend bool operator==(const ComputeEfficiency&, const ComputeEfficiency&) = default;
};

/// The curves of Calculon (Isaev et al., SC 2023) for the A100: 95 % from 128 GFLOP, 90 % at 16,
/// 60 % at 1; memory 90 % from 100 MB, 75 % at 10, 60 % at 1. Where its steps would make more work
/// faster, between 1/6 and 1 GFLOP, time is constant. An assumption for every other GPU.
ComputeEfficiency published_efficiency();

/// Of an A100: products of so many FLOPs reach half of what large ones do, and the kernels between
/// products, together, this share of the memory's bandwidth. Both are what Vidur's profile of
/// operators says (tests/unit/published_kernels_test.cpp), and no time of a step.
constexpr double kHalfOfA100 = 3.2e9;
constexpr double kMemoryOfA100 = 0.67;

/// Of a GPU in training: half of `sustained` for products of `half` FLOPs, and a share of the
/// memory's bandwidth.
ComputeEfficiency training_efficiency(double sustained, std::string source,
                                      double half = kHalfOfA100, double memory = kMemoryOfA100);

/// What GPUs sustain of which nobody has calibrated it: an assumption.
constexpr double kAssumedSustained = 0.7;

}  // namespace commsim
