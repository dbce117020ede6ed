#include <gmock/gmock.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectives/convergence/training.hpp"
#include "core/error.hpp"

namespace commsim::convergence_training_test {
namespace {

using testing::HasSubstr;
using testing::Optional;
using testing::ThrowsMessage;

using Vector = std::vector<float>;

// Each worker sends a tenth of its numbers, the largest ones, and may keep the rest for the next
// time.
class TopTenth final : public GradientExchange {
 public:
  explicit TopTenth(bool feedback) : feedback_(feedback) {}

  void mean(std::span<const TensorView> gradients, std::span<float> mean) override {
    const std::size_t size = mean.size();
    residuals_.resize(gradients.size(), Vector(size));
    std::fill(mean.begin(), mean.end(), 0.0F);
    for (std::size_t worker = 0; worker < gradients.size(); ++worker) {
      Vector& left = residuals_[worker];
      for (std::size_t i = 0; i < size; ++i) {
        left[i] = gradients[worker].values[i] + (feedback_ ? left[i] : 0);
      }
      std::vector<std::size_t> order(size);
      std::iota(order.begin(), order.end(), std::size_t{0});
      std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return std::fabs(left[a]) > std::fabs(left[b]);
      });
      for (std::size_t k = 0; k < (size + 9) / 10; ++k) {
        float& sent = left[order[k]];
        mean[order[k]] += sent / static_cast<float>(gradients.size());
        sent = 0;
      }
    }
  }

 private:
  bool feedback_;
  std::vector<Vector> residuals_;
};

ExchangeMaker top_tenth(bool feedback) {
  return [feedback](TensorShape, std::int64_t) { return std::make_unique<TopTenth>(feedback); };
}

class Overflow final : public GradientExchange {
 public:
  void mean(std::span<const TensorView>, std::span<float> mean) override {
    std::fill(mean.begin(), mean.end(), 0.0F);
    if (++calls_ == 3) mean[0] = std::numeric_limits<float>::infinity();
  }

 private:
  int calls_ = 0;
};

// The minimum of a quadratic loss, from its values alone: for w'Hw/2 - c'w + l it is where Hw = c.
struct Quadratic {
  explicit Quadratic(const LearningProblem& problem) {
    const Eigen::Index n = problem.parameters();
    const auto loss = [&](const Eigen::VectorXd& w) {
      return problem.loss({w.data(), static_cast<std::size_t>(n)});
    };
    const Eigen::MatrixXd unit = Eigen::MatrixXd::Identity(n, n);
    const double zero = loss(Eigen::VectorXd::Zero(n));
    hessian.resize(n, n);
    slope.resize(n);
    for (Eigen::Index i = 0; i < n; ++i) {
      slope(i) = (loss(-unit.col(i)) - loss(unit.col(i))) / 2;
      for (Eigen::Index j = 0; j < n; ++j) {
        hessian(i, j) =
            loss(unit.col(i) + unit.col(j)) - loss(unit.col(i)) - loss(unit.col(j)) + zero;
      }
    }
  }

  Eigen::MatrixXd hessian;
  Eigen::VectorXd slope;
};

Eigen::Map<const Eigen::VectorXd> view(const std::vector<double>& parameters) {
  return {parameters.data(), static_cast<Eigen::Index>(parameters.size())};
}

void expect_refused(const TrainingOptions& options, std::string_view reason) {
  const auto problem = make_problem("linear_regression", {});
  EXPECT_THAT([&] { return train(*problem, options, exact_exchange()); },
              ThrowsMessage<RequestError>(HasSubstr(std::string(reason))));
}

TEST(Training, RefusesShardsThatAreNotAllSamples) {
  expect_refused({.shards = {}}, "40 of 40 samples are in no shard");
  expect_refused({.shards = {10, 10, 10}}, "10 of 40 samples are in no shard");
  expect_refused({.shards = {40, 1}}, "a shard of 1 samples");
  expect_refused({.shards = {41}}, "1 to the 40 that are left");
  expect_refused({.shards = {40, 0}}, "a shard of 0 samples");
  expect_refused({.shards = {50, -10}}, "a shard of 50 samples");
}

TEST(Training, RefusesBatchesThatAShardDoesNotHave) {
  expect_refused({.shards = {30, 10}, .batch = 11}, "0 (for all) to 10");
  expect_refused({.batch = -1}, "a batch of -1");
}

TEST(Training, RefusesStepsAndRatesThatTrainNothing) {
  expect_refused({.steps = 0}, "0 steps");
  expect_refused({.steps = 1'000'001}, "1 to 1000000");
  expect_refused({.learning_rate = 0}, "must be positive");
  expect_refused({.learning_rate = std::numeric_limits<double>::quiet_NaN()}, "must be positive");
  const auto large = make_problem("two_layer_network", {.samples = 4000, .inputs = 64});
  EXPECT_THROW(train(*large, {.shards = {4000}, .steps = 1'000'000}, exact_exchange()),
               RequestError);
}

TEST(Training, RefusesATolerranceThatIsNone) {
  const auto problem = make_problem("linear_regression", {});
  EXPECT_THROW(compare_training(*problem, {}, exact_exchange(), -0.1), RequestError);
  EXPECT_THROW(
      compare_training(*problem, {}, exact_exchange(), std::numeric_limits<double>::infinity()),
      RequestError);
}

TEST(Training, ComesToTheLeastSquaresSolution) {
  const auto problem = make_problem("linear_regression", {});
  const Quadratic quadratic{*problem};
  const Eigen::VectorXd best = quadratic.hessian.ldlt().solve(quadratic.slope);
  const TrainingRun run = train(*problem, {.steps = 1000}, exact_exchange());
  EXPECT_LT((view(run.parameters) - best).norm() / best.norm(), 1e-6);
  EXPECT_FALSE(run.diverged);
  EXPECT_EQ(run.losses.size(), 1001U);
}

// What is left of noise of variance s^2 after fitting d of n numbers is s^2 (n - d) / n on average.
TEST(Training, LeavesTheNoiseThatNoModelCanLearn) {
  const auto left = [](double noise) {
    const auto problem = make_problem("linear_regression", {.samples = 400, .noise = noise});
    return train(*problem, {.shards = {400}, .steps = 1000}, exact_exchange()).losses.back();
  };
  EXPECT_NEAR(left(0), 0, 1e-20);
  EXPECT_NEAR(left(0.1), 0.01 * 391 / 400 / 2, 0.0007);
}

// The textbook's case: 4 workers with 10 samples each step like one with all 40.
TEST(Training, OfShardsIsGradientDescentOnAllSamples) {
  const auto problem = make_problem("linear_regression", {});
  const TrainingRun sharded = train(*problem, {.steps = 50}, exact_exchange());
  const TrainingRun alone = train(*problem, {.shards = {40}, .steps = 50}, exact_exchange());
  const Quadratic quadratic{*problem};
  Eigen::VectorXd w = view(problem->start());
  for (int step = 0; step < 50; ++step) w -= 0.1 * (quadratic.hessian * w - quadratic.slope);
  EXPECT_LT((view(sharded.parameters) - w).norm(), 1e-6 * w.norm());
  EXPECT_LT((view(alone.parameters) - w).norm(), 1e-6 * w.norm());
  EXPECT_NEAR(sharded.losses.back(), alone.losses.back(), 1e-6 * alone.losses.back());
}

TEST(Training, WeightsUnequalShardsIfAsked) {
  const auto problem = make_problem("linear_regression", {});
  const auto parameters = [&](const std::vector<std::int64_t>& shards, std::string_view name) {
    return train(*problem, {.shards = shards, .steps = 50, .aggregation = aggregation_of(name)},
                 exact_exchange())
        .parameters;
  };
  const auto all = parameters({40}, "mean");
  EXPECT_LT((view(parameters({25, 10, 5}, "weighted")) - view(all)).norm(), 1e-6);
  EXPECT_GT((view(parameters({25, 10, 5}, "mean")) - view(all)).norm(), 1e-3);
  EXPECT_EQ(parameters({10, 10, 10, 10}, "weighted"), parameters({10, 10, 10, 10}, "mean"));
  EXPECT_EQ(parameters({10, 10, 10, 10}, "block_wise"), parameters({10, 10, 10, 10}, "mean"));
  EXPECT_EQ(parameters({10, 10, 10, 10}, "layer_wise"), parameters({10, 10, 10, 10}, "mean"));
}

TEST(Training, TeachesANetworkWithBatches) {
  const auto network =
      make_problem("two_layer_network", {.samples = 200, .inputs = 4, .hidden = 4});
  const TrainingOptions options{
      .shards = {50, 50, 50, 50}, .batch = 10, .steps = 1000, .learning_rate = 0.2};
  const TrainingRun run = train(*network, options, exact_exchange());
  EXPECT_LT(run.losses.back(), 0.1 * run.losses.front());
  EXPECT_EQ(run.losses, train(*network, options, exact_exchange()).losses);
  TrainingOptions other = options;
  other.seed = 2;
  EXPECT_NE(run.losses, train(*network, other, exact_exchange()).losses);
}

TEST(Training, DivergesAtALearningRateBeyondTheCurvature) {
  const auto problem = make_problem("linear_regression", {});
  const TrainingRun short_run =
      train(*problem, {.steps = 20, .learning_rate = 3}, exact_exchange());
  EXPECT_TRUE(short_run.diverged);
  EXPECT_EQ(short_run.losses.size(), 21U);
  const TrainingRun long_run =
      train(*problem, {.steps = 10'000, .learning_rate = 3}, exact_exchange());
  EXPECT_TRUE(long_run.diverged);
  EXPECT_LT(long_run.losses.size(), 10'000U);
}

TEST(Training, EndsAtAGradientThatIsNotFinite) {
  const auto problem = make_problem("two_layer_network", {});
  const Convergence result = compare_training(
      *problem, {}, [](TensorShape, std::int64_t) { return std::make_unique<Overflow>(); }, 0.1);
  EXPECT_FALSE(result.exact.diverged);
  EXPECT_TRUE(result.compressed.diverged);
  EXPECT_EQ(result.compressed.losses.size(), 3U);
  EXPECT_EQ(result.loss_ratio, std::nullopt);
  EXPECT_EQ(result.compressed_steps, std::nullopt);
}

TEST(Convergence, OfTheExactExchangeIsThatOfTheExactRun) {
  const auto problem = make_problem("two_layer_network", {});
  const Convergence result = compare_training(*problem, {}, exact_exchange(), 0.05);
  EXPECT_THAT(result.loss_ratio, Optional(1.0));
  EXPECT_EQ(result.exact_steps, result.compressed_steps);
  ASSERT_TRUE(result.exact_steps);
  const auto step = static_cast<std::size_t>(*result.exact_steps);
  const auto& losses = result.exact.losses;
  ASSERT_GT(step, 0U);
  EXPECT_LE(losses[step], 1.05 * losses.back());
  EXPECT_GT(losses[step - 1], 1.05 * losses.back());
  EXPECT_EQ(compare_training(*problem, {}, exact_exchange(), 0).exact_steps, 200);
}

TEST(Convergence, SaysNothingBesideAnExactRunThatDiverged) {
  const auto problem = make_problem("linear_regression", {});
  const Convergence result =
      compare_training(*problem, {.learning_rate = 3}, exact_exchange(), 0.05);
  EXPECT_TRUE(result.exact.diverged);
  EXPECT_EQ(result.loss_ratio, std::nullopt);
  EXPECT_EQ(result.exact_steps, std::nullopt);
}

class NineTenthsLost : public testing::TestWithParam<const char*> {
 protected:
  [[nodiscard]] static Convergence outcome(bool feedback) {
    const auto problem = make_problem(GetParam(), {.samples = 160, .inputs = 19, .hidden = 3});
    const TrainingOptions options{.shards = {40, 40, 40, 40}, .steps = 1000, .learning_rate = 0.1};
    return compare_training(*problem, options, top_tenth(feedback), 0.1);
  }
};

TEST_P(NineTenthsLost, AreSurvivedWithErrorFeedback) {
  const Convergence with = outcome(true);
  ASSERT_TRUE(with.loss_ratio);
  EXPECT_NEAR(*with.loss_ratio, 1, 0.05);
  EXPECT_TRUE(with.compressed_steps.has_value());
}

TEST_P(NineTenthsLost, AreNotSurvivedWithoutErrorFeedback) {
  const Convergence without = outcome(false);
  ASSERT_TRUE(without.loss_ratio);
  EXPECT_GT(*without.loss_ratio, 1.2);
  EXPECT_FALSE(without.compressed_steps.has_value());
  EXPECT_FALSE(without.compressed.diverged);
}

INSTANTIATE_TEST_SUITE_P(Problems, NineTenthsLost,
                         testing::Values("linear_regression", "two_layer_network"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace commsim::convergence_training_test
