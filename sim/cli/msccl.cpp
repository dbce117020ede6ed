#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "collectives/msccl/export.hpp"
#include "core/error.hpp"
#include "sim/cli/command.hpp"
#include "sim/cli/scenario_options.hpp"
#include "sim/cli/written_file.hpp"
#include "sim/scenario/scenario.hpp"

namespace commsim::msccl {
namespace {

struct MscclOptions {
  ScenarioOptions scenarios;
  std::string output;
};

ExitCode write(const MscclOptions& options) {
  const ScenarioSet set = read_scenarios(options.scenarios.read(options.scenarios.files.front()));
  if (set.points.size() != 1) {
    throw RequestError(fmt::format(
        "msccl writes one schedule, the file has {}; pick one with --set", set.points.size()));
  }
  const ScenarioPoint& asked = set.points.front();
  if (asked.model != nullptr) {
    throw RequestError(fmt::format("'{}' has times, but no schedule", asked.model->name()));
  }
  const bool chosen = asked.run.algorithm == nullptr;  // by simulating: `algorithm: auto`
  const CollectiveRun run = chosen ? settled(asked).point.run : asked.run;
  CollectiveCall call = run.call;
  call.layout = run.cluster->layout;
  const std::string text = msccl::to_msccl(*run.algorithm, call, run.algorithm->name);
  if (options.output.empty()) {
    std::cout << text;
    return kSuccess;
  }
  AtomicFile file(options.output);
  file.stream() << text;
  commit_aloud(file);
  return kSuccess;
}

void add(CommandOptions& command) {
  const auto options = std::make_shared<MscclOptions>();
  options->scenarios.add_to(command, false);
  command.text("--output", options->output, "write to FILE instead of the terminal", "FILE");
  command.on_run([options] { return write(*options); });
}

const Registration<Command> kMsccl{{.name = "msccl",
                                    .summary = "the schedule of a scenario as MSCCL XML",
                                    .order = 7,
                                    .add = add}};

}  // namespace
}  // namespace commsim::msccl
