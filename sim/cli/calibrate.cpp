#include <fmt/format.h>

#include <algorithm>
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

std::string band_text(const std::optional<double>& factor) {
  return factor ? fmt::format("{:.1f} %", 100 * (*factor - 1)) : "not known, too few sizes";
}

void report(const ProfileTable& table) {
  std::cerr << fmt::format(
      "{}: sizes {}, regimes {}; error of nine in ten unseen sizes: below 1 MiB {}, from there "
      "{}\n",
      table.title(), table.fit.curve.knots().size(), table.fit.regimes.size(),
      band_text(table.fit.band.below_mebibyte), band_text(table.fit.band.from_mebibyte));
}

void add_provenance(Profile& profile, const std::string& key, const std::string& value) {
  const auto known = [&](const auto& entry) { return entry.first == key; };
  if (value.empty() || std::ranges::any_of(profile.provenance, known)) return;
  profile.provenance.emplace_back(key, value);
}

ExitCode import_logs(const ImportOptions& options) {
  Profile profile{.name = options.name, .provenance = {}, .tables = {}};
  std::vector<Measurements> all;
  for (const std::string& log : options.logs) {
    const Measurements& measurements = all.emplace_back(options.measurements.read(log));
    for (const std::string& note : measurements.notes) std::cerr << note << '\n';
    add_provenance(profile, log, measurements.format);
    add_provenance(profile, log + " device", measurements.runs.front().device);
    add_provenance(profile, log + " version", measurements.runs.front().version);
  }
  FittedTables fitted = fit_tables(all);
  for (const std::string& note : fitted.notes) std::cerr << note << '\n';
  profile.tables = std::move(fitted.tables);
  for (const ProfileTable& table : profile.tables) report(table);
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
