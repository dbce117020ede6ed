// Published steps with fused attention and without recomputation.
#include <gtest/gtest.h>

#include "tests/measured/published_step_tables.hpp"

namespace commsim::training_mpt_test {
namespace {

using namespace measured;

TEST(Mpt, StepsArePredictedTooFast) {
  const auto steps = predicted(mpt_steps());
  print("MPT", steps);
  EXPECT_LE(errors_of(steps).worst, 0.159);
  EXPECT_LE(errors_of(relative_to_first(steps)).worst, 0.095);
}

}  // namespace
}  // namespace commsim::training_mpt_test
