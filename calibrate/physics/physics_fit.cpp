#include "calibrate/physics/physics_fit.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <unsupported/Eigen/NonLinearOptimization>
#include <utility>

#include "calibrate/fit/statistics.hpp"
#include "core/error.hpp"

namespace commsim::physics_fit {
namespace {

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;

// Relative change of a parameter for a derivative: well above the picosecond's rounding, well below
// what bends the curve.
constexpr double kNudge = 1e-3;

// The free parameters as logarithms, so that they stay above zero and count relatively.
class Coordinates {
 public:
  explicit Coordinates(Physics prior) : physics_(std::move(prior)) {
    const auto all = physics_.parameters();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].second->fixed) continue;
      free_.push_back(i);
      owners_.push_back(owner_of(all[i].first));
    }
  }

  [[nodiscard]] Eigen::Index count() const { return static_cast<Eigen::Index>(free_.size()); }

  [[nodiscard]] Vector origin() const {
    Vector x(count());
    const auto all = physics_.parameters();
    for (Eigen::Index i = 0; i < count(); ++i) x[i] = std::log(all[place(i)].second->value);
    return x;
  }

  [[nodiscard]] Vector spreads() const {
    Vector spreads(count());
    const auto all = physics_.parameters();
    for (Eigen::Index i = 0; i < count(); ++i) spreads[i] = all[place(i)].second->spread;
    return spreads;
  }

  [[nodiscard]] Physics at(const Vector& x) const {
    Physics physics = physics_;
    const auto all = physics.parameters();
    for (Eigen::Index i = 0; i < count(); ++i) {
      Estimate& estimate = *all[place(i)].second;
      estimate.value = std::min(std::exp(x[i]), estimate.ceiling);
    }
    return physics;
  }

  // Whether the time of a protocol depends on parameter i.
  [[nodiscard]] bool concerns(Eigen::Index i, std::size_t protocol) const {
    const std::optional<std::size_t>& owner = owners_[static_cast<std::size_t>(i)];
    return !owner || physics_.depends(protocol, *owner);
  }

  [[nodiscard]] std::size_t place(Eigen::Index i) const {
    return free_[static_cast<std::size_t>(i)];
  }

 private:
  // The protocol that a parameter belongs to; nothing for one of all protocols.
  [[nodiscard]] std::optional<std::size_t> owner_of(const std::string& name) const {
    for (std::size_t i = 0; i < physics_.protocols.size(); ++i) {
      if (name.starts_with(physics_.protocols[i].name + '.')) return i;
    }
    return std::nullopt;
  }

  Physics physics_;
  std::vector<std::size_t> free_;
  std::vector<std::optional<std::size_t>> owners_;
};

// Residuals: one for each row, robust, then one for each parameter.
class Residuals {
 public:
  Residuals(const Coordinates& coordinates, const std::vector<PhysicsRow>& rows,
            const PhysicsPredictor& predictor, const PhysicsFitOptions& options)
      : coordinates_(coordinates),
        rows_(rows),
        predictor_(predictor),
        options_(options),
        origin_(coordinates.origin()) {}

  [[nodiscard]] int inputs() const { return static_cast<int>(coordinates_.count()); }
  [[nodiscard]] int values() const { return static_cast<int>(rows_.size()) + inputs(); }

  int operator()(const Vector& x, Vector& residuals) const {
    const Physics physics = coordinates_.at(x);
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      const double seconds = predictor_.fastest(physics, row).seconds;
      residuals[static_cast<Eigen::Index>(row)] = robust(error(row, seconds));
    }
    residuals.tail(inputs()) = prior_weights().cwiseProduct(x - origin_);
    return 0;
  }

  int df(const Vector& x, Matrix& slopes) const {
    slopes.setZero();
    const Physics physics = coordinates_.at(x);
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      const PhysicsPrediction here = predictor_.fastest(physics, row);
      const std::size_t protocol = predictor_.protocol_of(row, here.way);
      const double residual = robust(error(row, here.seconds));
      for (Eigen::Index i = 0; i < coordinates_.count(); ++i) {
        if (!coordinates_.concerns(i, protocol)) continue;
        Vector moved = x;
        moved[i] += kNudge;
        const double there = predictor_.along(coordinates_.at(moved), row, here.way);
        slopes(static_cast<Eigen::Index>(row), i) = (robust(error(row, there)) - residual) / kNudge;
      }
    }
    slopes.bottomRows(inputs()).diagonal() = prior_weights();
    return 0;
  }

  [[nodiscard]] Vector prior_weights() const {
    return coordinates_.spreads().cwiseInverse() * options_.noise;
  }

 private:
  [[nodiscard]] double error(std::size_t row, double seconds) const {
    return std::log(seconds / rows_[row].seconds) * rows_[row].weight;
  }

  // Its square is Huber's loss.
  [[nodiscard]] double robust(double error) const {
    const double limit = options_.robust;
    if (std::abs(error) <= limit) return error;
    return std::copysign(std::sqrt(2 * limit * std::abs(error) - limit * limit), error);
  }

  const Coordinates& coordinates_;
  const std::vector<PhysicsRow>& rows_;
  const PhysicsPredictor& predictor_;
  const PhysicsFitOptions& options_;
  Vector origin_;
};

// 95 % intervals and how far each parameter is determined, from the curvature at the solution.
void set_intervals(const Residuals& residuals, const Coordinates& coordinates,
                   const PhysicsFitOptions& options, const Vector& x, Physics& physics) {
  constexpr double kNormal95 = 1.96;
  Matrix slopes(residuals.values(), residuals.inputs());
  residuals.df(x, slopes);
  Vector values(residuals.values());
  residuals(x, values);
  const Eigen::Index rows = residuals.values() - residuals.inputs();
  const double spread = std::max(
      options.noise, std::sqrt(values.head(rows).squaredNorm() / static_cast<double>(rows)));
  const Matrix covariance = (slopes.transpose() * slopes).inverse() * (spread * spread);
  const Vector prior = residuals.prior_weights();
  const auto all = physics.parameters();
  for (Eigen::Index i = 0; i < coordinates.count(); ++i) {
    Estimate& estimate = *all[coordinates.place(i)].second;
    const double half = kNormal95 * std::sqrt(covariance(i, i));
    estimate.value = std::min(std::exp(x[i]), estimate.ceiling);
    estimate.least = estimate.value * std::exp(-half);
    estimate.most = std::min(estimate.value * std::exp(half), estimate.ceiling);
    estimate.determined =
        std::clamp(1 - covariance(i, i) * std::pow(prior[i] / spread, 2), 0.0, 1.0);
  }
}

std::vector<double> relative_errors(const Physics& physics, const std::vector<PhysicsRow>& rows,
                                    const PhysicsPredictor& predictor) {
  std::vector<double> errors;
  errors.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    errors.push_back(predictor.fastest(physics, row).seconds / rows[row].seconds - 1);
  }
  return errors;
}

double median_size(std::vector<double> errors) {
  for (double& error : errors) error = std::abs(error);
  return median(std::move(errors));
}

}  // namespace
}  // namespace commsim::physics_fit

namespace commsim {

PhysicsFit fit_physics(const Physics& prior, const std::vector<PhysicsRow>& rows,
                       const PhysicsPredictor& predictor, const PhysicsFitOptions& options) {
  using namespace physics_fit;
  if (rows.empty()) throw RequestError("there is no measured time to fit to");
  for (const PhysicsRow& row : rows) {
    if (!(row.seconds > 0) || !(row.weight > 0) || !std::isfinite(row.seconds) ||
        !std::isfinite(row.weight)) {
      throw RequestError("a measured time and its weight are more than zero, and finite");
    }
  }
  const Coordinates coordinates(prior);
  Residuals residuals(coordinates, rows, predictor, options);
  Vector x = coordinates.origin();
  Eigen::LevenbergMarquardt<Residuals> solver(residuals);
  solver.parameters.ftol = 1e-5;
  solver.parameters.xtol = 1e-4;
  auto status = solver.minimizeInit(x);
  for (int step = 0; step < options.most_steps; ++step) {
    if (status == Eigen::LevenbergMarquardtSpace::ImproperInputParameters) break;
    status = solver.minimizeOneStep(x);
    if (options.progress) {
      options.progress(step + 1, median_size(relative_errors(coordinates.at(x), rows, predictor)));
    }
    if (status != Eigen::LevenbergMarquardtSpace::Running) break;
  }
  PhysicsFit fit{.physics = coordinates.at(x), .relative_errors = {}};
  set_intervals(residuals, coordinates, options, x, fit.physics);
  fit.relative_errors = relative_errors(fit.physics, rows, predictor);
  return fit;
}

}  // namespace commsim
