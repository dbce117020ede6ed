#include "sim/cli/calibrate_physics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>
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
  }
  Physics prior = nccl_prior();
  if (!options.network.empty()) {
    const Profile known = read_profile_file(options.network);
    if (!known.physics) throw RequestError(fmt::format("{} has no physics", options.network));
    hold_medium(prior, *known.physics, "network");
    profile.provenance.emplace_back("network", "held as in the profile " + known.name);
  }
  Progress progress(false);
  PhysicsFitOptions fitting;
  fitting.progress = [&](int step, double /*median*/) {
    progress.update(static_cast<std::size_t>(step), static_cast<std::size_t>(fitting.most_steps));
  };
  PhysicsCalibration calibration = calibrate_physics(sets, prior, fitting);
  for (const ScenarioSet& set : sets) {
    measured.push_back(measurements_of(set));
    profile.provenance.emplace_back(set.name, measured.back().file);
  }
  for (const CalibratedTable& table : calibration.tables) report(table);
  report(calibration.physics);
  profile.physics = std::move(calibration.physics);
  profile.tables = fit_tables(measured).tables;
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
