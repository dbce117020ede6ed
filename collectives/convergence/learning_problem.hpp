// What is learnt, and from what: the extension point for models in the convergence experiment.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "collectives/compression/tensor.hpp"
#include "core/registry.hpp"

namespace commsim {

/// A model and its generated data. Constant; parameters are those of all layers, one after another.
class LearningProblem {
 public:
  LearningProblem() = default;
  LearningProblem(const LearningProblem&) = delete;
  LearningProblem& operator=(const LearningProblem&) = delete;
  virtual ~LearningProblem() = default;

  [[nodiscard]] virtual std::int64_t samples() const = 0;
  [[nodiscard]] virtual const std::vector<TensorShape>& layers() const = 0;
  /// Where training starts.
  [[nodiscard]] virtual std::vector<double> start() const = 0;
  /// The mean over all samples.
  [[nodiscard]] virtual double loss(std::span<const double> parameters) const = 0;
  /// The gradient of the mean over these samples, of which there is at least one.
  virtual void gradient(std::span<const double> parameters, std::span<const std::int64_t> samples,
                        std::span<float> gradient) const = 0;

  /// Parameters of all layers.
  [[nodiscard]] std::int64_t parameters() const {
    std::int64_t sum = 0;
    for (const TensorShape& layer : layers()) sum += layer.elements();
    return sum;
  }
};

/// What a problem is made of.
struct ProblemSize {
  std::int64_t samples = 40;
  std::int64_t inputs = 8;   ///< numbers of a sample
  std::int64_t hidden = 16;  ///< units of a hidden layer, where there is one
  double noise = 0.1;        ///< standard deviation of what no model can learn
  std::uint64_t seed = 1;
};

/// A registered problem. The same size makes the same problem.
struct ProblemKind {
  std::string_view name;
  std::string_view summary;
  std::unique_ptr<LearningProblem> (*make)(const ProblemSize& size) = nullptr;
};

/// At most so many samples, inputs and hidden units, and products of any two of them.
constexpr std::int64_t kMostProblemElements = std::int64_t{1} << 24U;

/// Throws RequestError for an unknown problem, sizes below 1 or beyond kMostProblemElements, and
/// noise that is negative or not finite.
std::unique_ptr<LearningProblem> make_problem(std::string_view kind, const ProblemSize& size);

}  // namespace commsim
