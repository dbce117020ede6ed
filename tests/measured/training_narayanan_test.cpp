// Published steps of 2021 on A100, whose efficiency is from a step of 2022.
#include <gtest/gtest.h>

#include "tests/measured/published_step_tables.hpp"

namespace commsim::training_narayanan_test {
namespace {

using namespace measured;

TEST(Narayanan, StepsArePredicted) {
  const auto best = predicted(narayanan_steps(Interleaving::kBest));
  print("Narayanan, best interleaving", best);
  const auto plain = predicted(narayanan_steps(Interleaving::kNone));
  print("Narayanan, not interleaved", plain);
  EXPECT_LE(errors_of(best).average, 0.036);
  EXPECT_LE(errors_of(best).worst, 0.073);
  EXPECT_LE(errors_of(plain).average, 0.019);
  EXPECT_LE(errors_of(plain).worst, 0.046);
  EXPECT_LT(errors_of(best).average, errors_of(null_model(best)).average);
  EXPECT_LT(errors_of(plain).average, errors_of(null_model(plain)).average);
}

}  // namespace
}  // namespace commsim::training_narayanan_test
