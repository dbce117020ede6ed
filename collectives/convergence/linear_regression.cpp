// y = w x + b of normal inputs, with noise; the mean of squared errors, halved.
#include <Eigen/Dense>
#include <algorithm>
#include <cstddef>

#include "collectives/compression/normal_random.hpp"
#include "collectives/convergence/learning_problem.hpp"

namespace commsim::linear_regression {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

class LinearRegression final : public LearningProblem {
 public:
  explicit LinearRegression(const ProblemSize& size)
      : inputs_(size.samples, size.inputs + 1),
        layers_{{.rows = 1, .columns = size.inputs}, {.rows = 1, .columns = 1}} {
    NormalRandom random{size.seed};
    const auto draw = [&] { return random.next(); };
    VectorXd truth(size.inputs + 1);
    VectorXd noise(size.samples);
    std::generate_n(truth.data(), truth.size(), draw);
    std::generate_n(inputs_.data(), inputs_.size(), draw);
    std::generate_n(noise.data(), noise.size(), draw);
    inputs_.rightCols<1>().setOnes();  // of the constant b
    targets_ = inputs_ * truth + size.noise * noise;
  }

  [[nodiscard]] std::int64_t samples() const override { return inputs_.rows(); }
  [[nodiscard]] const std::vector<TensorShape>& layers() const override { return layers_; }
  [[nodiscard]] std::vector<double> start() const override {
    return std::vector<double>(static_cast<std::size_t>(inputs_.cols()));
  }

  [[nodiscard]] double loss(std::span<const double> parameters) const override {
    const double squares = (inputs_ * view(parameters) - targets_).squaredNorm();
    return squares / 2 / static_cast<double>(samples());
  }

  void gradient(std::span<const double> parameters, std::span<const std::int64_t> samples,
                std::span<float> gradient) const override {
    const Eigen::Map<const Eigen::Matrix<std::int64_t, Eigen::Dynamic, 1>> rows(
        samples.data(), static_cast<Index>(samples.size()));
    const MatrixXd inputs = inputs_(rows, Eigen::all);
    const VectorXd errors = inputs * view(parameters) - targets_(rows);
    Eigen::Map<Eigen::VectorXf>(gradient.data(), static_cast<Index>(gradient.size())) =
        (inputs.transpose() * errors / static_cast<double>(samples.size())).cast<float>();
  }

 private:
  static Eigen::Map<const VectorXd> view(std::span<const double> parameters) {
    return {parameters.data(), static_cast<Index>(parameters.size())};
  }

  MatrixXd inputs_;  // one sample a row, and 1 behind it
  VectorXd targets_;
  std::vector<TensorShape> layers_;
};

const Registration<ProblemKind> registration{
    {.name = "linear_regression",
     .summary = "a linear function of normal inputs, with noise; mean squared error",
     .make = [](const ProblemSize& size) -> std::unique_ptr<LearningProblem> {
       return std::make_unique<LinearRegression>(size);
     }}};

}  // namespace
}  // namespace commsim::linear_regression
