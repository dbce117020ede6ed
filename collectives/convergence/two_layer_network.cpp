// f(x) = v tanh(W x + b) + c learns what another network of the same form, with noise, makes of
// normal inputs; the mean of squared errors, halved.
#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <type_traits>

#include "collectives/compression/normal_random.hpp"
#include "collectives/convergence/learning_problem.hpp"

namespace commsim::two_layer_network {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
// As layers lie in memory: row by row.
template <typename Number>
using Rows = Eigen::Matrix<Number, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// The parameters, or their gradient, where they lie.
template <typename Number>
struct Layers {
  using Plain = std::remove_const_t<Number>;
  template <typename Dense>
  using View = Eigen::Map<std::conditional_t<std::is_const_v<Number>, const Dense, Dense>>;

  Layers(std::span<Number> all, Index inputs, Index hidden)
      : inner(all.data(), hidden, inputs),
        inner_bias(all.data() + hidden * inputs, hidden),
        outer(all.data() + hidden * inputs + hidden, hidden),
        outer_bias(all[static_cast<std::size_t>(hidden * inputs + 2 * hidden)]) {}

  View<Rows<Plain>> inner;                                   // W
  View<Eigen::Matrix<Plain, Eigen::Dynamic, 1>> inner_bias;  // b
  View<Eigen::Matrix<Plain, Eigen::Dynamic, 1>> outer;       // v
  Number& outer_bias;                                        // c
};

class TwoLayerNetwork final : public LearningProblem {
 public:
  explicit TwoLayerNetwork(const ProblemSize& size)
      : hidden_(size.hidden),
        inputs_(size.inputs, size.samples),
        layers_{{.rows = size.hidden, .columns = size.inputs},
                {.rows = 1, .columns = size.hidden},
                {.rows = 1, .columns = size.hidden},
                {.rows = 1, .columns = 1}} {
    NormalRandom random{size.seed};
    const auto draw = [&] { return random.next(); };
    const std::vector<double> teacher = draw_parameters(random);
    start_ = draw_parameters(random);
    VectorXd noise(size.samples);
    std::generate_n(inputs_.data(), inputs_.size(), draw);
    std::generate_n(noise.data(), noise.size(), draw);
    targets_ = outputs(view(teacher), activations(view(teacher), inputs_)) + size.noise * noise;
  }

  [[nodiscard]] std::int64_t samples() const override { return inputs_.cols(); }
  [[nodiscard]] const std::vector<TensorShape>& layers() const override { return layers_; }
  [[nodiscard]] std::vector<double> start() const override { return start_; }

  [[nodiscard]] double loss(std::span<const double> parameters) const override {
    const auto network = view(parameters);
    const VectorXd errors = outputs(network, activations(network, inputs_)) - targets_;
    return errors.squaredNorm() / 2 / static_cast<double>(samples());
  }

  // Back-propagation: with e = (f - y) / n and a = tanh(W x + b), the slope at a unit of the hidden
  // layer is d = v e (1 - a^2).
  void gradient(std::span<const double> parameters, std::span<const std::int64_t> samples,
                std::span<float> gradient) const override {
    const auto network = view(parameters);
    const Eigen::Map<const Eigen::Matrix<std::int64_t, Eigen::Dynamic, 1>> columns(
        samples.data(), static_cast<Index>(samples.size()));
    const MatrixXd inputs = inputs_(Eigen::all, columns);
    const MatrixXd active = activations(network, inputs);
    const VectorXd errors =
        (outputs(network, active) - targets_(columns)) / static_cast<double>(samples.size());
    const MatrixXd slopes =
        (network.outer * errors.transpose()).cwiseProduct((1 - active.array().square()).matrix());
    Layers<float> result{gradient, inputs_.rows(), hidden_};
    result.inner = (slopes * inputs.transpose()).cast<float>();
    result.inner_bias = slopes.rowwise().sum().cast<float>();
    result.outer = (active * errors).cast<float>();
    result.outer_bias = static_cast<float>(errors.sum());
  }

 private:
  using Network = Layers<const double>;

  [[nodiscard]] Network view(std::span<const double> parameters) const {
    return {parameters, inputs_.rows(), hidden_};
  }
  static MatrixXd activations(const Network& network, const MatrixXd& inputs) {
    return ((network.inner * inputs).colwise() + network.inner_bias).array().tanh().matrix();
  }
  static VectorXd outputs(const Network& network, const MatrixXd& active) {
    return (active.transpose() * network.outer).array() + network.outer_bias;
  }

  // Variances are such that the inputs of each unit, and the output, have about 1.
  [[nodiscard]] std::vector<double> draw_parameters(NormalRandom& random) const {
    std::vector<double> all(static_cast<std::size_t>(parameters()));
    const auto inner = static_cast<std::size_t>(hidden_ * inputs_.rows());
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Index inputs = i < inner ? inputs_.rows() : hidden_;
      all[i] = random.next() / std::sqrt(static_cast<double>(inputs));
    }
    return all;
  }

  Index hidden_;
  MatrixXd inputs_;  // one sample a column
  VectorXd targets_;
  std::vector<TensorShape> layers_;
  std::vector<double> start_;
};

const Registration<ProblemKind> registration{
    {.name = "two_layer_network",
     .summary = "a network with a hidden layer of tanh units, which learns from another one with "
                "noise; mean squared error",
     .make = [](const ProblemSize& size) -> std::unique_ptr<LearningProblem> {
       return std::make_unique<TwoLayerNetwork>(size);
     }}};

}  // namespace
}  // namespace commsim::two_layer_network
