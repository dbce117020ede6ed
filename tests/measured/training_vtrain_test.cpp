// vTrain's published steps of several nodes from one of Korthikanti's. Ceilings only go down.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <iostream>

#include "tests/measured/published_step_tables.hpp"
#include "tests/measured/step_ranking.hpp"
#include "tests/support/published.hpp"

namespace commsim::training_vtrain_test {
namespace {

using namespace measured;

TEST(Vtrain, StepsFollowFromOneOfKorthikanti) {
  const auto folder = support::published_folder();
  if (!folder) GTEST_SKIP() << "COMMSIM_MEASUREMENTS names no folder of measurements";
  const auto steps = predicted_vtrain(*folder);
  ASSERT_EQ(steps.all.size(), 55U);
  print("vTrain", steps.all);
  const StepErrors errors = errors_of(steps.all);
  EXPECT_LE(errors.average, 0.071);
  EXPECT_LE(errors.median, 0.046);
  EXPECT_LT(errors.average, errors_of(null_model(steps.all)).average);
}

TEST(Vtrain, DivisionsOfAModelAreRankedAsMeasured) {
  const auto folder = support::published_folder();
  if (!folder) GTEST_SKIP() << "COMMSIM_MEASUREMENTS names no folder of measurements";
  const auto steps = predicted_vtrain(*folder);
  double sum = 0;
  for (const auto& [model, some] : steps.by_model) {
    const double order = rank_correlation(some);
    std::cout << fmt::format(
        "{}B: {} divisions, rank correlation {:.3f}, null model {:.3f}, the "
        "one predicted best is {:.1f} % slower than the best\n",
        model, some.size(), order, rank_correlation(null_model(some)), 100 * loss_of_choice(some));
    sum += order;
    EXPECT_LE(loss_of_choice(some), 0.05) << model;
  }
  ASSERT_EQ(steps.by_model.size(), 4U);
  EXPECT_GE(sum / 4, 0.885);
}

// Of computing by a curve that somebody else published, scaled by the same one step.
TEST(Vtrain, IsNoBetterByAPublishedCurve) {
  const auto folder = support::published_folder();
  if (!folder) GTEST_SKIP() << "COMMSIM_MEASUREMENTS names no folder of measurements";
  const auto steps = predicted_vtrain(*folder, published_curve());
  print("vTrain by Calculon's curve", steps.all);
  EXPECT_GE(errors_of(steps.all).average, errors_of(predicted_vtrain(*folder).all).average);
  EXPECT_LE(errors_of(steps.all).average, 0.0735);
}

}  // namespace
}  // namespace commsim::training_vtrain_test
