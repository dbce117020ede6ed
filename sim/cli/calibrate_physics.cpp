#include "sim/cli/calibrate_physics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>
#include <optional>
#include <utility>

#include "calibrate/fit/statistics.hpp"
#include "calibrate/profile.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/scenario_options.hpp"
#include "sim/cli/written_file.hpp"
#include "sim/scenario/physics_calibration.hpp"
#include "sim/scenario/profile_file.hpp"

namespace commsim::calibrate_physics_command {
namespace {

constexpr std::string_view kNetwork = "network";

struct PhysicsOptions {
  ScenarioOptions scenarios;
  std::string output;
  std::string name = "measured";
  std::string network;
};

// What is measured has a curve of its own as well.
Measurements measurements_of(const ScenarioSet& set) {
  const ScenarioPoint& point = set.points.front();
  MeasuredRun run{.collective = std::string(collective(point.run.call.kind).name),
                  .ranks = point.run.cluster->layout.ranks(),
                  .nodes = static_cast<int>(point.run.cluster->layout.servers.size())};
  if (point.run.algorithm != nullptr) run.algorithm = point.algorithm;
  for (const Measurement& row : point.measured->rows()) {
    run.rows.push_back({.size = row.size, .time = row.time});
  }
  return {.file = set.tables.begin()->first, .format = "csv", .runs = {std::move(run)}};
}

// Its curve and where it is from; of two tables of the same thing the first has the curve.
void add_table(const ScenarioSet& set, Profile& profile, std::vector<Measurements>& measured) {
  const auto named = [&](const auto& entry) { return entry.first == set.name; };
  if (std::ranges::any_of(profile.provenance, named) || set.name == kNetwork) {
    throw RequestError(
        fmt::format("'{}' is the name of two scenarios; each table counts once", set.name));
  }
  if (set.points.size() != 1 || set.points.front().measured == nullptr) {
    throw RequestError(fmt::format(
        "the scenario '{}' must have one point and, under 'measured', its table", set.name));
  }
  Measurements one = measurements_of(set);
  profile.provenance.emplace_back(set.name, one.file);
  const auto same = [&](const Measurements& other) {
    return title_of(other.runs.front()) == title_of(one.runs.front());
  };
  if (std::ranges::none_of(measured, same)) {
    measured.push_back(std::move(one));
  } else {
    std::cerr << fmt::format("{}: {} has a curve already, from the table before\n", set.name,
                             title_of(one.runs.front()));
  }
}

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

void report(const CalibratedTable& table) {
  std::vector<double> errors;
  for (const double error : table.errors) errors.push_back(std::abs(error));
  std::cerr << fmt::format(
      "{}: {} sizes, median error {} where it was fitted, 90th percentile {}\n", table.name,
      errors.size(), percent(median(errors)), percent(quantile(errors, 0.9)));
}

void report(const Physics& physics) {
  std::cerr << "parameter                   value        95 % interval             determined\n";
  for (const auto& [name, estimate] : physics.parameters()) {
    std::cerr << fmt::format("{:<27} {:<12.4g} ", name, estimate->value);
    std::cerr << (estimate->fixed ? std::string("given\n")
                                  : fmt::format("{:<12.4g} {:<12.4g} {:>3.0f} %\n", estimate->least,
                                                estimate->most, 100 * estimate->determined));
  }
}

ExitCode fit(const PhysicsOptions& options) {
  std::vector<ScenarioSet> sets;
  Profile profile{.name = options.name};
  std::vector<Measurements> measured;
  for (const std::string& file : options.scenarios.files) {
    sets.push_back(read_scenarios(options.scenarios.read(file)));
    add_table(sets.back(), profile, measured);
  }
  FittedTables curves = fit_tables(measured);
  for (const std::string& note : curves.notes) std::cerr << note << '\n';
  profile.tables = std::move(curves.tables);
  std::optional<AtomicFile> file;
  if (!options.output.empty()) file.emplace(options.output);
  Physics prior = nccl_prior();
  if (!options.network.empty()) {
    const Profile known = read_profile_file(options.network);
    if (!known.physics) throw RequestError(fmt::format("{} has no physics", options.network));
    hold_medium(prior, *known.physics, kNetwork);
    profile.provenance.emplace_back(kNetwork, "held as in the profile " + known.name);
  }
  Progress progress(false);
  PhysicsFitOptions fitting;
  fitting.progress = [&](int step, double /*median*/) {
    progress.update(static_cast<std::size_t>(step), static_cast<std::size_t>(fitting.most_steps));
  };
  PhysicsCalibration calibration = calibrate_physics(sets, prior, fitting);
  for (const CalibratedTable& table : calibration.tables) report(table);
  report(calibration.physics);
  profile.physics = std::move(calibration.physics);
  const std::string text = profile_text(profile);
  if (!file) {
    std::cout << text;
    return kSuccess;
  }
  file->stream() << text;
  commit_aloud(*file);
  return kSuccess;
}

}  // namespace
}  // namespace commsim::calibrate_physics_command

namespace commsim {

void add_calibrate_physics(CommandOptions& command) {
  const auto options = std::make_shared<calibrate_physics_command::PhysicsOptions>();
  options->scenarios.add_to(command, true);
  command.text("-o,--output", options->output, "write the profile to FILE", "FILE");
  command.text("--name", options->name, "what the profile is called", "NAME");
  command.text("--network", options->network,
               "take the network's links from this profile and hold them", "PROFILE");
  command.on_run([options] { return calibrate_physics_command::fit(*options); });
}

}  // namespace commsim
