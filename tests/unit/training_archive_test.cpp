// A step that has travelled is the step.
#include "sim/scenario/training_archive.hpp"

#include <gtest/gtest.h>

#include "sim/report/training_record.hpp"
#include "sim/scenario/training_set.hpp"
#include "sim/scenario/yaml_document.hpp"

namespace commsim::training_archive_test {
namespace {

class TravelledStep : public testing::TestWithParam<const char*> {};

// Everything that a report shows stands in the record.
TEST_P(TravelledStep, GivesTheSameRecord) {
  const auto file = std::string(COMMSIM_SOURCE_DIR) + "/scenarios/" + GetParam();
  const TrainingSet set = read_training(read_yaml_file(file));
  for (const TrainingPoint& point : set.points) {
    const TrainingResult here = run_training(point.job, *set.prices);
    const TrainingResult there = unpacked_step(packed(here));
    EXPECT_EQ(training_record(point, there).dump(), training_record(point, here).dump());
    EXPECT_EQ(there.memory.use.activations, here.memory.use.activations);
    EXPECT_EQ(there.critical_path.computing(), here.critical_path.computing());
    EXPECT_EQ(there.calls.size(), here.calls.size());
  }
}

INSTANTIATE_TEST_SUITE_P(Of, TravelledStep,
                         testing::Values("gpt3_1024_a100.yaml", "parameter_servers.yaml"));

}  // namespace
}  // namespace commsim::training_archive_test
