// Fits against times that a closed form gave, so that the true parameters are known.
#include "calibrate/physics/physics_fit.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "core/error.hpp"
#include "tests/support/physics_rings.hpp"

namespace commsim::physics_fit_test {
namespace {

using namespace physics_rings;
using testing::Each;
using testing::ElementsAre;
using testing::Gt;
using testing::SizeIs;

TEST(PhysicsFit, RefusesNoRowsAndWhatIsNoTime) {
  const std::vector<Size> one{{8, 8}};
  EXPECT_THROW(fitted({}, {}), RequestError);
  for (const double bad : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THROW(fitted({{.seconds = bad}}, one), RequestError) << bad;
    EXPECT_THROW(fitted({{.seconds = 1e-5, .weight = bad}}, one), RequestError) << bad;
  }
  EXPECT_THAT(fitted({{.seconds = 1e-5}}, one).relative_errors, SizeIs(1));
}

TEST(PhysicsFit, RefusesTimesAndWeightsWithoutEnd) {
  const std::vector<Size> one{{8, 8}};
  constexpr double kEndless = std::numeric_limits<double>::infinity();
  EXPECT_THROW(fitted({{.seconds = kEndless}}, one), RequestError);
  EXPECT_THROW(fitted({{.seconds = 1e-5, .weight = kEndless}}, one), RequestError);
}

TEST(PhysicsFit, FindsTheParametersOfExactTimes) {
  const std::vector<Size> sizes = all_sizes();
  Physics truth = nccl_prior();
  parameter(truth, "launch").value *= 1.5;
  parameter(truth, "LL.nvlink.latency").value *= 0.7;
  parameter(truth, "Simple.nvlink.efficiency").value *= 1.1;
  const auto rows = measured_by_each(truth, sizes, 0, 1);
  // The less noise there is, the less the prior draws them to itself.
  const PhysicsFit fit = fit_physics(nccl_prior(), rows, forced_predictor(sizes), {.noise = 0.005});
  for (const char* name : {"launch", "LL.nvlink.latency", "Simple.nvlink.efficiency"}) {
    const Estimate& estimate = parameter(fit.physics, name);
    const double value = parameter(truth, name).value;
    EXPECT_NEAR(estimate.value / value, 1, 0.005) << name;
    EXPECT_GT(estimate.determined, 0.99) << name;
    EXPECT_LT(estimate.least, std::min(value, estimate.value)) << name;
    EXPECT_GT(estimate.most, std::max(value, estimate.value)) << name;
  }
  for (const double error : fit.relative_errors) EXPECT_NEAR(error, 0, 0.005);
}

TEST(PhysicsFit, SaysHowFarEachPredictionIsOff) {
  const std::vector<Size> sizes = all_sizes();
  const std::vector<PhysicsRow> rows = measured(drawn(1), sizes, kNoise, 2);
  const PhysicsFit fit = fitted(rows, sizes);
  ASSERT_THAT(fit.relative_errors, SizeIs(rows.size()));
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const double predicted = fastest_ring(fit.physics, sizes[row]).seconds;
    EXPECT_DOUBLE_EQ(fit.relative_errors[row], predicted / rows[row].seconds - 1);
  }
}

TEST(PhysicsFit, LeavesWhatNoRowDependsOnAtThePrior) {
  const std::vector<Size> sizes = all_sizes();
  const Physics found = fitted(measured(drawn(3), sizes, kNoise, 4), sizes).physics;
  const Physics prior = nccl_prior();
  for (const char* name : {"tree", "LL.piece", "LL.network.latency", "Simple.network.efficiency",
                           "NVLS.start", "NVLS.piece", "NVLS.nvlink.efficiency"}) {
    const Estimate& estimate = parameter(found, name);
    const Estimate& before = parameter(prior, name);
    EXPECT_NEAR(estimate.value / before.value, 1, 1e-3) << name;
    EXPECT_LT(estimate.determined, 0.01) << name;
    // What the prior alone says, or less where the data are noisier than was assumed.
    EXPECT_LE(estimate.least, before.value * std::exp(-1.95 * before.spread)) << name;
  }
}

TEST(PhysicsFit, LeavesFixedParametersAlone) {
  const std::vector<Size> sizes = all_sizes();
  Physics prior = nccl_prior();
  parameter(prior, "Simple.nvlink.efficiency") = Estimate::given(0.5);
  const Physics found = fitted(measured(drawn(5), sizes, kNoise, 6), sizes, prior).physics;
  for (const char* name : {"Simple.nvlink.efficiency", "LL.start", "LL.pcie.latency",
                           "LL.pcie.efficiency", "NVLS.nvlink.latency"}) {
    const Estimate& estimate = parameter(found, name);
    const double given = parameter(prior, name).value;
    EXPECT_TRUE(estimate.fixed) << name;
    EXPECT_EQ(estimate.value, given) << name;
    EXPECT_EQ(estimate.least, given) << name;
    EXPECT_EQ(estimate.most, given) << name;
  }
}

TEST(PhysicsFit, OfParametersThatAreAllFixedOnlySaysTheErrors) {
  const std::vector<Size> sizes = all_sizes();
  Physics prior = nccl_prior();
  for (const auto& [name, estimate] : prior.parameters())
    *estimate = Estimate::given(estimate->value);
  const PhysicsFit fit = fitted(measured(nccl_prior(), sizes, 0, 1), sizes, prior);
  EXPECT_THAT(fit.relative_errors, Each(testing::DoubleNear(0, 1e-12)));
}

// Links twice as fast as they can be.
TEST(PhysicsFit, KeepsSharesBelowTheirCeiling) {
  const std::vector<Size> sizes = all_sizes();
  Physics truth = nccl_prior();
  for (std::size_t i = 0; i < kRingProtocols; ++i) {
    truth.protocols[i].links.front().efficiency.value = 2;
  }
  const Physics found = fitted(measured(truth, sizes, kNoise, 7), sizes).physics;
  for (const auto& [name, estimate] : found.parameters()) {
    EXPECT_LE(estimate->value, estimate->ceiling) << name;
    EXPECT_LE(estimate->most, estimate->ceiling) << name;
    EXPECT_LE(estimate->least, estimate->value) << name;
  }
  EXPECT_GT(std::max(parameter(found, "LL.nvlink.efficiency").value,
                     parameter(found, "Simple.nvlink.efficiency").value),
            0.95);
}

TEST(PhysicsFit, HeedsWeights) {
  const std::vector<Size> sizes{{8, 8}, {8, 8}};
  const double time = fastest_ring(nccl_prior(), sizes[0]).seconds;
  const auto launch = [&](double first, double second) {
    return fitted({{.seconds = 1.1 * time, .weight = first},
                   {.seconds = 0.9 * time, .weight = second}},
                  sizes)
        .physics.launch.value;
  };
  EXPECT_GT(launch(1, 0.1), nccl_prior().launch.value);
  EXPECT_LT(launch(0.1, 1), nccl_prior().launch.value);
}

TEST(PhysicsFit, ReportsItsProgressAndComesCloser) {
  const std::vector<Size> sizes = all_sizes();
  Physics truth = nccl_prior();
  truth.launch.value *= 2;
  std::vector<int> steps;
  std::vector<double> errors;
  const auto rows = measured(truth, sizes, 0, 1);
  fit_physics(nccl_prior(), rows, predictor_of(sizes),
              {.most_steps = 3, .progress = [&](int step, double error) {
                 steps.push_back(step);
                 errors.push_back(error);
               }});
  ASSERT_THAT(steps, ElementsAre(1, 2, 3));
  EXPECT_LE(errors.back(), errors.front());
  EXPECT_LT(errors.back(), 0.05);
}

TEST(Physics, TakesLinksThatAProtocolDoesNotListFromTheOneItIsLike) {
  const Physics physics = nccl_prior();
  const std::size_t simple = 2;
  const std::size_t nvls = 3;
  EXPECT_EQ(physics.links(nvls, "network"), physics.links(simple, "network"));
  EXPECT_NE(physics.links(nvls, "nvlink"), physics.links(simple, "nvlink"));
  EXPECT_EQ(physics.links(simple, "global"), nullptr);
  EXPECT_TRUE(physics.depends(nvls, simple));
  EXPECT_TRUE(physics.depends(nvls, nvls));
  EXPECT_FALSE(physics.depends(simple, nvls));
}

TEST(Physics, NamesEachParameterOnceAndStartsAboveZero) {
  const Physics physics = nccl_prior();
  std::map<std::string, int> names;
  for (const auto& [name, estimate] : physics.parameters()) {
    ++names[name];
    if (estimate->fixed) continue;
    EXPECT_THAT(estimate->value, Gt(0)) << name;
    EXPECT_LE(estimate->value, estimate->ceiling) << name;
  }
  for (const auto& [name, count] : names) EXPECT_EQ(count, 1) << name;
  EXPECT_EQ(names.count("LL128.network.efficiency"), 1U);
}

}  // namespace
}  // namespace commsim::physics_fit_test
