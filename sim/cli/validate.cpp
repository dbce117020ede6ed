#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <utility>

#include "calibrate/hold_out.hpp"
#include "core/error.hpp"
#include "sim/cli/command.hpp"
#include "sim/cli/measurement_options.hpp"
#include "sim/report/validation_report.hpp"
#include "sim/scenario/profile_file.hpp"
#include "sim/scenario/scenario_validation.hpp"
#include "sim/scenario/yaml_document.hpp"

namespace commsim::validate_command {
namespace {

struct ValidateOptions {
  std::vector<std::string> files;
  std::string against;
  std::vector<std::string> overrides;
  std::string hold_out;
  std::string format = "text";
  unsigned most_percent = 0;
  MeasurementOptions measurements;
};

std::vector<MeasuredRun> runs_of(const std::vector<Measurements>& all) {
  std::vector<MeasuredRun> runs;
  for (const Measurements& measurements : all) {
    runs.insert(runs.end(), measurements.runs.begin(), measurements.runs.end());
  }
  return runs;
}

std::vector<Validation> aloud(HeldOut held) {
  for (const std::string& note : held.notes) std::cerr << note << '\n';
  return std::move(held.validations);
}

std::vector<Validation> held_out(const std::vector<Measurements>& all, const std::string& what) {
  if (what == "file") return aloud(hold_out_files(all));
  const auto runs = runs_of(all);
  if (what == "nodes") return aloud(hold_out_nodes(runs));
  if (what == "ranks") {
    auto validations = hold_out_ranks(runs);
    if (!validations.empty()) return validations;
    throw RequestError(
        "no collective was measured on three numbers of ranks of one node; --holdout ranks "
        "predicts the largest from the other two");
  }
  std::vector<Validation> validations;
  validations.reserve(runs.size());
  for (const MeasuredRun& run : runs) {
    validations.push_back(hold_out_sizes(title_of(run), measurements_of(run)));
  }
  return validations;
}

std::vector<Validation> against_profile(const ValidateOptions& options,
                                        const std::vector<MeasuredRun>& runs) {
  if (!options.overrides.empty()) throw RequestError("--set changes a scenario, this is a profile");
  const Profile profile = read_profile_file(options.against);
  std::vector<Validation> validations;
  validations.reserve(runs.size());
  for (const MeasuredRun& run : runs) {
    validations.push_back(validate_table(profile, run, title_of(run)));
  }
  return validations;
}

std::vector<Validation> against_scenario(const ConfigDocument& document,
                                         const std::vector<MeasuredRun>& runs) {
  const ScenarioSet set = read_scenarios(document);
  std::vector<Validation> validations;
  for (const MeasuredRun& run : runs) {
    auto more = validate_scenario(set, run);
    validations.insert(validations.end(), more.begin(), more.end());
  }
  return validations;
}

std::vector<Validation> against(const ValidateOptions& options,
                                const std::vector<MeasuredRun>& runs) {
  ConfigDocument document = read_yaml_file(options.against);
  const bool profile =
      document.root.find("tables") != nullptr || document.root.find("physics") != nullptr;
  if (profile) return against_profile(options, runs);
  for (const std::string& assignment : options.overrides) apply_override(document, assignment);
  return against_scenario(document, runs);
}

std::vector<Validation> validations_of(const ValidateOptions& options,
                                       const std::vector<Measurements>& all) {
  auto validations =
      options.hold_out.empty() ? against(options, runs_of(all)) : held_out(all, options.hold_out);
  std::erase_if(validations, [](const Validation& validation) { return validation.rows.empty(); });
  if (!validations.empty()) return validations;
  throw RequestError("of no size is there a time that the benchmark did not find wrong");
}

ExitCode validate(const ValidateOptions& options) {
  if (options.against.empty() == options.hold_out.empty()) {
    throw RequestError(
        "say what predicts, one of: --against a scenario or profile, --holdout sizes, "
        "ranks, nodes or file");
  }
  if (!options.hold_out.empty() && !options.overrides.empty()) {
    throw RequestError("--set changes a scenario, --holdout uses none");
  }
  std::vector<Measurements> all;
  for (const std::string& file : options.files) {
    all.push_back(options.measurements.read(file));
    for (const std::string& note : all.back().notes) std::cerr << note << '\n';
  }
  const auto validations = validations_of(options, all);
  if (options.format == "json") {
    write_validations_json(std::cout, validations, COMMSIM_VERSION);
  } else {
    write_validations(std::cout, validations);
  }
  if (options.most_percent == 0) return kSuccess;
  const double median = 100 * summary_of(decisive(validations)).median;
  if (median <= options.most_percent) return kSuccess;
  std::cerr << fmt::format("the median error is {:.1f} %, more than {} %\n", median,
                           options.most_percent);
  return kUnmet;
}

void add(CommandOptions& command) {
  const auto options = std::make_shared<ValidateOptions>();
  command.required("MEASURED", options->files, "logs or tables of measured times", true);
  command.text("--against", options->against, "the scenario or profile that predicts", "FILE");
  command.texts("--set", options->overrides, "change a value of the scenario", "PATH=VALUE");
  command.whole_number("--median-at-most", options->most_percent,
                       "exit with 1 if the median error is more percent", 1, 1000);
  command.choice("--holdout", options->hold_out,
                 "predict part of the measurements from the rest: every other size, the most ranks "
                 "from fewer, each number of nodes from two others, each file from the others",
                 {"sizes", "ranks", "nodes", "file"});
  command.choice("--format", options->format, "text or json", {"text", "json"});
  options->measurements.add_to(command);
  command.on_run([options] { return validate(*options); });
}

const Registration<Command> kValidate{{.name = "validate",
                                       .summary = "predicted beside measured times, and the errors",
                                       .order = 9,
                                       .add = add}};

}  // namespace
}  // namespace commsim::validate_command
