#include "sim/cli/calibrate_gpu.hpp"
#include "sim/cli/calibrate_import.hpp"
#include "sim/cli/calibrate_physics.hpp"
#include "sim/cli/command.hpp"

namespace commsim::calibrate_command {
namespace {

void add(CommandOptions& command) {
  command.nested("import", "fit the times that a benchmark printed", add_calibrate_import);
  command.nested("physics", "fit start, latencies and bandwidths of protocols to several tables",
                 add_calibrate_physics);
  command.nested("gpu",
                 "build the probe, measure this machine's GPUs with it, and fit NCCL's times",
                 add_calibrate_gpu);
}

const Registration<Command> kCalibrate{
    {.name = "calibrate",
     .summary = "measured times of collectives as a profile; gpu measures this machine first",
     .order = 8,
     .add = add}};

}  // namespace
}  // namespace commsim::calibrate_command
