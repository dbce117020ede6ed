#include <gmock/gmock.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "collectives/convergence/learning_problem.hpp"
#include "core/error.hpp"
#include "core/random.hpp"

namespace commsim::convergence_problem_test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::vector<std::int64_t> all_samples(const LearningProblem& problem) {
  std::vector<std::int64_t> all(static_cast<std::size_t>(problem.samples()));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

std::vector<float> gradient_of(const LearningProblem& problem, const std::vector<double>& at,
                               const std::vector<std::int64_t>& samples) {
  std::vector<float> gradient(at.size());
  problem.gradient(at, samples, gradient);
  return gradient;
}

std::vector<double> random_point(const LearningProblem& problem) {
  Random random{9};
  std::vector<double> at(static_cast<std::size_t>(problem.parameters()));
  for (double& x : at) x = 2 * random.unit() - 1;
  return at;
}

TEST(LearningProblem, RefusesUnknownNamesAndSaysWhichAreLegal) {
  EXPECT_THAT([] { return make_problem("linear", {}); },
              ThrowsMessage<RequestError>(
                  AllOf(HasSubstr("linear_regression"), HasSubstr("two_layer_network"))));
}

TEST(LearningProblem, RefusesSizesBeforeItTakesMemory) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<ProblemSize> refused = {{.samples = 0},
                                            {.inputs = -1},
                                            {.hidden = 0},
                                            {.samples = kMost},
                                            {.samples = 1 << 20, .inputs = 1 << 20},
                                            {.inputs = 1 << 20, .hidden = 1 << 20},
                                            {.samples = 1 << 20, .hidden = 1 << 20},
                                            {.noise = -1},
                                            {.noise = nan}};
  for (const ProblemSize& size : refused) {
    EXPECT_THAT([&] { return make_problem("two_layer_network", size); },
                testing::Throws<RequestError>());
  }
}

TEST(LearningProblem, RepeatsItselfForTheSameSeedAndOnlyForThat) {
  for (const ProblemKind* kind : Registry<ProblemKind>::entries()) {
    const auto problem = make_problem(kind->name, {.seed = 1});
    const auto at = random_point(*problem);
    EXPECT_EQ(problem->loss(at), make_problem(kind->name, {.seed = 1})->loss(at));
    EXPECT_NE(problem->loss(at), make_problem(kind->name, {.seed = 2})->loss(at));
  }
}

TEST(LearningProblem, HasTheLayersOfItsModel) {
  const ProblemSize size{.inputs = 3, .hidden = 5};
  EXPECT_THAT(make_problem("linear_regression", size)->layers(),
              ElementsAre(TensorShape{1, 3}, TensorShape{1, 1}));
  const auto network = make_problem("two_layer_network", size);
  EXPECT_THAT(network->layers(), ElementsAre(TensorShape{5, 3}, TensorShape{1, 5},
                                             TensorShape{1, 5}, TensorShape{1, 1}));
  EXPECT_EQ(network->parameters(), 26);
  EXPECT_EQ(network->start().size(), 26U);
}

TEST(LearningProblem, HasTheSlopesOfItsLossForGradient) {
  constexpr double kStep = 1e-5;
  for (const ProblemKind* kind : Registry<ProblemKind>::entries()) {
    const auto problem = make_problem(kind->name, {.samples = 12, .inputs = 4, .hidden = 3});
    const auto at = random_point(*problem);
    const auto gradient = gradient_of(*problem, at, all_samples(*problem));
    for (std::size_t i = 0; i < at.size(); ++i) {
      auto above = at;
      auto below = at;
      above[i] += kStep;
      below[i] -= kStep;
      const double slope = (problem->loss(above) - problem->loss(below)) / (2 * kStep);
      EXPECT_NEAR(gradient[i], slope, 1e-6) << kind->name << ", parameter " << i;
    }
  }
}

TEST(LearningProblem, HasTheMeanOfItsSamplesForGradient) {
  for (const ProblemKind* kind : Registry<ProblemKind>::entries()) {
    const auto problem = make_problem(kind->name, {.samples = 6});
    const auto at = random_point(*problem);
    const auto both = gradient_of(*problem, at, {5, 2});
    const auto first = gradient_of(*problem, at, {2});
    const auto second = gradient_of(*problem, at, {5});
    EXPECT_NE(first, second);
    for (std::size_t i = 0; i < at.size(); ++i) {
      EXPECT_NEAR(both[i], (first[i] + second[i]) / 2, 1e-6);
    }
  }
}

TEST(LearningProblem, BeginsWithALossOfTheSizeOfItsTargets) {
  for (const ProblemKind* kind : Registry<ProblemKind>::entries()) {
    const auto problem = make_problem(kind->name, {});
    const double loss = problem->loss(problem->start());
    EXPECT_GT(loss, 0.1) << kind->name;
    EXPECT_LT(loss, 20) << kind->name;
  }
}

}  // namespace
}  // namespace commsim::convergence_problem_test
