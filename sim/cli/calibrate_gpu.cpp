#include "sim/cli/calibrate_gpu.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "calibrate/measurements.hpp"
#include "core/error.hpp"
#include "core/text_file.hpp"
#include "sim/cli/calibrate_import.hpp"
#include "sim/cli/probe_build.hpp"
#include "sim/report/child_process.hpp"

namespace commsim::calibrate_gpu {
namespace {

namespace fs = std::filesystem;

// An option of the probe, handed on as it is; it is the probe that checks the value.
struct HandedOn {
  const char* name;
  const char* kind;
  const char* help;
  std::string value{};
};

struct GpuOptions {
  ProbeBuild build;
  std::string out = "probe";
  std::string name = "measured";
  std::vector<std::string> suites;
  std::vector<std::string> types;
  std::vector<HandedOn> values = {
      {"--min", "SIZE", "the least that is copied or sent (8)"},
      {"--max", "SIZE", "the most (8G)"},
      {"--repeats", "N", "of each case, at most (200)"},
      {"--seconds", "S", "for each case, at most (1)"},
      {"--hang", "S", "a case that takes longer is killed"},
      {"--seed", "N", "of the data (1)"},
      {"--ranks-per-gpu", "N", "several ranks share a GPU: a test of the probe, of no link"}};
  bool collnet = false;
  bool list = false;

  [[nodiscard]] bool shares_gpus() const {
    const std::string& ranks = values.back().value;
    return !ranks.empty() && ranks != "1";
  }
};

std::vector<std::string> arguments_of(const fs::path& probe, const GpuOptions& options) {
  std::vector<std::string> arguments = {probe.string(), "--out", options.out};
  const auto add_all = [&](const char* name, const std::vector<std::string>& values) {
    for (const std::string& value : values) arguments.insert(arguments.end(), {name, value});
  };
  add_all("--suite", options.suites);
  add_all("--dtype", options.types);
  for (const HandedOn& option : options.values) {
    if (!option.value.empty()) arguments.insert(arguments.end(), {option.name, option.value});
  }
  if (options.collnet) arguments.emplace_back("--collnet");
  if (options.list) arguments.emplace_back("--list");
  return arguments;
}

// The table holds its header from the start, and rows once a collective was measured.
bool has_rows(const fs::path& table) {
  if (!fs::exists(table)) return false;
  const std::string text = read_text_file(table).text;
  const auto end = text.find('\n');
  return end != std::string::npos && end + 1 < text.size();
}

// Collectives that used a link; or none, and why.
std::vector<Measurements> measured_collectives(const GpuOptions& options, std::string& why_none) {
  const fs::path table = fs::path(options.out) / "nccl.csv";
  why_none = "no collective was measured";
  if (!has_rows(table)) return {};
  Measurements measured = read_measurements(table, {.format = "csv"});
  std::erase_if(measured.runs, [](const MeasuredRun& run) { return run.ranks == 1; });
  why_none = "collectives of one GPU use no link";
  if (options.shares_gpus() || measured.runs.empty()) return {};
  std::vector<Measurements> all;
  all.push_back(std::move(measured));
  return all;
}

void import_measured(const GpuOptions& options) {
  std::string why_none;
  Imported all{.logs = measured_collectives(options, why_none), .codecs = {}};
  const fs::path codecs = fs::path(options.out) / "codecs.csv";
  if (has_rows(codecs)) all.codecs.push_back(import_codecs(read_text_file(codecs)));
  if (all.logs.empty()) {
    std::cerr << why_none
              << (all.codecs.empty() ? ", so there is no profile\n"
                                     : ", so the profile has codecs only\n");
  }
  if (all.logs.empty() && all.codecs.empty()) return;
  write_profile(std::move(all), options.name, (fs::path(options.out) / "profile.yaml").string());
}

ExitCode measure(const GpuOptions& options) {
  const fs::path probe = built_probe(options.build);
  const ChildEnd end = run_child(arguments_of(probe, options));
  if (end.exit_code == kBadInput || end.exit_code == kMachineRefused) {
    return static_cast<ExitCode>(end.exit_code);  // the probe has said why
  }
  if (!end.well()) throw MachineError(fmt::format("{}: {}", probe.string(), end.text()));
  if (!options.list) import_measured(options);
  return kSuccess;
}

}  // namespace
}  // namespace commsim::calibrate_gpu

namespace commsim {

void add_calibrate_gpu(CommandOptions& command) {
  const auto options = std::make_shared<calibrate_gpu::GpuOptions>();
  command.text("--out", options->out,
               "the folder of the results, and where a run is taken up again (probe)", "DIR");
  command.several("--suite", options->suites, "what to measure, see --list (all)", "NAME");
  command.several("--dtype", options->types, "of the collectives, see --list (float32)", "TYPE");
  for (auto& option : options->values) {
    command.text(option.name, option.value, option.help, option.kind);
  }
  command.flag("--collnet", options->collnet, "force NCCL's CollNet algorithms, too");
  command.flag("--list", options->list, "say what each suite measures and what it lacks here");
  command.text("--name", options->name, "what the profile is called", "NAME");
  command.text("--probe-source", options->build.source,
               "the folder calibrate/probe of commsim's source (looked for)", "DIR");
  command.text("--build-dir", options->build.folder, "where to build (below the user's cache)",
               "DIR");
  command.on_run([options] { return calibrate_gpu::measure(*options); });
}

}  // namespace commsim
