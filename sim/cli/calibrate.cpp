#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "core/error.hpp"
#include "sim/cli/command.hpp"
#include "sim/cli/measurement_options.hpp"
#include "sim/cli/written_file.hpp"
#include "sim/scenario/profile_file.hpp"

namespace commsim::calibrate_command {
namespace {

struct ImportOptions {
  std::vector<std::string> logs;
  std::string output;
  std::string name = "measured";
  MeasurementOptions measurements;
};

void report(const ProfileTable& table) {
  std::cerr << fmt::format(
      "{}: {} sizes, {} regimes; nine of ten unseen sizes within {:.0f} % below 1 MiB, {:.0f} % "
      "from there\n",
      table.title(), table.fit.curve.knots().size(), table.fit.regimes.size(),
      100 * (table.fit.band.below_mebibyte - 1), 100 * (table.fit.band.from_mebibyte - 1));
}

ExitCode import_logs(const ImportOptions& options) {
  Profile profile{.name = options.name, .provenance = {}, .tables = {}};
  for (const std::string& log : options.logs) {
    const Measurements measurements = options.measurements.read(log);
    for (const std::string& note : measurements.notes) std::cerr << note << '\n';
    profile.provenance.emplace_back(log, measurements.format);
    for (const MeasuredRun& run : measurements.runs) {
      if (!run.device.empty()) profile.provenance.emplace_back(log + " device", run.device);
      if (!run.version.empty()) profile.provenance.emplace_back(log + " version", run.version);
      break;
    }
    for (ProfileTable& table : fit_tables(measurements)) {
      report(table);
      profile.tables.push_back(std::move(table));
    }
  }
  const std::string text = profile_text(profile);
  if (options.output.empty()) {
    std::cout << text;
    return kSuccess;
  }
  AtomicFile file(options.output);
  file.stream() << text;
  commit_aloud(file);
  return kSuccess;
}

void add_import(CommandOptions& command) {
  const auto options = std::make_shared<ImportOptions>();
  command.required("LOG", options->logs, "what a benchmark printed: nccl-tests, OSU, IMB, CSV ...",
                   true);
  command.text("-o,--output", options->output, "write the profile to FILE", "FILE");
  command.text("--name", options->name, "what the profile is called", "NAME");
  options->measurements.add_to(command);
  command.on_run([options] { return import_logs(*options); });
}

void add(CommandOptions& command) {
  command.nested("import", "fit the times that a benchmark printed", add_import);
}

const Registration<Command> kCalibrate{
    {.name = "calibrate",
     .summary = "measured times of collectives as a profile to predict from",
     .order = 8,
     .add = add}};

}  // namespace
}  // namespace commsim::calibrate_command
