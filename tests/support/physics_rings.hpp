// Times of rings by a closed form with known parameters, exact or with noise, to fit a Physics to.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <string>
#include <vector>

#include "calibrate/physics/physics_fit.hpp"
#include "core/random.hpp"

namespace commsim::physics_rings {

/// One measured size of an all-reduce in one server.
struct Size {
  double ranks;
  double bytes;
};

inline constexpr double kBandwidth = 450e9;
inline constexpr std::size_t kRingProtocols = 3;  // LL, LL128, Simple

inline const Estimate& parameter(const Physics& physics, const std::string& name) {
  for (const auto& [other, estimate] : physics.parameters()) {
    if (other == name) return *estimate;
  }
  throw std::runtime_error("no parameter " + name);
}

inline Estimate& parameter(Physics& physics, const std::string& name) {
  for (const auto& [other, estimate] : physics.parameters()) {
    if (other == name) return *estimate;
  }
  throw std::runtime_error("no parameter " + name);
}

/// 8 B to 512 MiB, on 2, 4 and 8 ranks.
inline std::vector<Size> all_sizes() {
  std::vector<Size> sizes;
  for (const double ranks : {2, 4, 8}) {
    for (int power = 3; power < 30; power += 2) sizes.push_back({ranks, std::exp2(power)});
  }
  return sizes;
}

/// A ring, two links for each of its 2 (n-1) steps.
inline double ring(const Physics& physics, Size size, std::size_t protocol) {
  const LinkPhysics& link = *physics.links(protocol, "nvlink");
  const double steps = 2 * (size.ranks - 1);
  return physics.launch.value + steps * 2 * link.latency.value +
         steps / size.ranks * size.bytes / (kBandwidth * link.efficiency.value) +
         size.bytes / size.ranks / physics.copy.value;
}

inline PhysicsPrediction fastest_ring(const Physics& physics, Size size) {
  PhysicsPrediction best{.seconds = std::numeric_limits<double>::infinity()};
  for (std::size_t way = 0; way < kRingProtocols; ++way) {
    const double time = ring(physics, size, way);
    if (time < best.seconds) best = {.seconds = time, .way = way};
  }
  return best;
}

/// Of rows that stand for `sizes`, each by its fastest way.
inline PhysicsPredictor predictor_of(const std::vector<Size>& sizes) {
  return {.fastest = [sizes](const Physics& physics,
                             std::size_t row) { return fastest_ring(physics, sizes[row]); },
          .along = [sizes](const Physics& physics, std::size_t row,
                           std::size_t way) { return ring(physics, sizes[row], way); },
          .protocol_of = [](std::size_t, std::size_t way) { return way; }};
}

/// Each size once by each protocol, as where a benchmark was run with NCCL_PROTO.
inline std::size_t forced_way(std::size_t row, std::size_t sizes) { return row / sizes; }

inline double forced_time(const Physics& physics, const std::vector<Size>& sizes, std::size_t row) {
  return ring(physics, sizes[row % sizes.size()], forced_way(row, sizes.size()));
}

inline PhysicsPredictor forced_predictor(const std::vector<Size>& sizes) {
  return {.fastest =
              [sizes](const Physics& physics, std::size_t row) {
                return PhysicsPrediction{.seconds = forced_time(physics, sizes, row),
                                         .way = forced_way(row, sizes.size())};
              },
          .along = [sizes](const Physics& physics, std::size_t row,
                           std::size_t) { return forced_time(physics, sizes, row); },
          .protocol_of = [](std::size_t, std::size_t way) { return way; }};
}

inline constexpr double kNoise = 0.05;

inline double normal(Random& random) {
  return std::sqrt(-2 * std::log(1 - random.unit())) *
         std::cos(2 * std::numbers::pi * random.unit());
}

/// What the prior thinks possible.
inline Physics drawn(std::uint64_t seed) {
  Random random(seed);
  Physics physics = nccl_prior();
  for (const auto& [name, estimate] : physics.parameters()) {
    if (estimate->fixed) continue;
    estimate->value =
        std::min(estimate->value * std::exp(estimate->spread * normal(random)), estimate->ceiling);
  }
  return physics;
}

/// The fastest way of each size, by log-normal noise.
inline std::vector<PhysicsRow> measured(const Physics& truth, const std::vector<Size>& sizes,
                                        double noise, std::uint64_t seed) {
  Random random(seed);
  std::vector<PhysicsRow> rows;
  rows.reserve(sizes.size());
  for (const Size& size : sizes) {
    rows.push_back(
        {.seconds = fastest_ring(truth, size).seconds * std::exp(noise * normal(random))});
  }
  return rows;
}

inline std::vector<PhysicsRow> measured_by_each(const Physics& truth,
                                                const std::vector<Size>& sizes, double noise,
                                                std::uint64_t seed) {
  Random random(seed);
  std::vector<PhysicsRow> rows(kRingProtocols * sizes.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    rows[row].seconds = forced_time(truth, sizes, row) * std::exp(noise * normal(random));
  }
  return rows;
}

/// With the options as they are.
inline PhysicsFit fitted(const std::vector<PhysicsRow>& rows, const std::vector<Size>& sizes,
                         const Physics& prior = nccl_prior()) {
  return fit_physics(prior, rows, predictor_of(sizes));
}

}  // namespace commsim::physics_rings
