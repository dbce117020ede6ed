#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "sim/cli/command.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/run_files.hpp"
#include "sim/cli/scenario_options.hpp"
#include "sim/report/report.hpp"
#include "sim/scenario/sweep_runner.hpp"

namespace commsim::run {
namespace {

struct RunOptions {
  ScenarioOptions scenarios;
  std::string format = "text";
  RunFileOptions files;
  unsigned jobs = 0;
};

std::unique_ptr<Report> make_report(const std::string& format) {
  if (format == "json") return json_report(std::cout, COMMSIM_VERSION);
  if (format == "csv") return csv_report(std::cout);
  return text_report(std::cout);
}

// What was begun is ended, also when a simulation fails: JSON stays JSON.
class ReportEnd {
 public:
  explicit ReportEnd(Report& report) : report_(report) {}
  ReportEnd(const ReportEnd&) = delete;
  ReportEnd& operator=(const ReportEnd&) = delete;
  ~ReportEnd() { report_.end(); }

 private:
  Report& report_;
};

// All files are read before the first is simulated, so that a mistake in the last one comes at
// once.
ExitCode run(const RunOptions& options) {
  std::vector<ScenarioSet> sets;
  for (const std::string& file : options.scenarios.files) {
    sets.push_back(read_scenarios(options.scenarios.read(file)));
  }
  options.files.refuse_what_they_cannot_show(sets);
  RunFiles files(options.files);
  const auto report = make_report(options.format);
  Progress progress;
  SweepRunner runner{.jobs = options.jobs,
                     .watch = options.files.trace.empty() ? Watch::kLinks : Watch::kTimeline,
                     .progress = [&](auto done, auto all) { progress.update(done, all); }};
  std::vector<std::string> failures;
  for (const ScenarioSet& set : sets) {
    report->begin(set);
    const ReportEnd end(*report);
    runner.run(set, [&](const ScenarioPoint& point, const CollectiveResult& result) {
      report->row(point, result);
      for (auto& failure : unmet(point, result)) failures.push_back(set.name + ": " + failure);
      files.write(point, result);
    });
  }
  files.commit();
  for (const std::string& failure : failures) {
    std::cerr << "expectation not met: " << failure << '\n';
  }
  return failures.empty() ? kSuccess : kUnmet;
}

void add(CommandOptions& command) {
  const auto options = std::make_shared<RunOptions>();  // the callback keeps it
  options->scenarios.add_to(command, true);
  command.choice("--format", options->format, "text, json or csv", {"text", "json", "csv"});
  options->files.add_to(command);
  command.whole_number("--jobs", options->jobs, "simulations at a time (default: one a core)", 1,
                       1024);
  command.on_run([options] { return run(*options); });
}

const Registration<Command> kRun{{.name = "run",
                                  .summary = "simulate scenarios; lists in a file are swept",
                                  .order = 1,
                                  .add = add}};

}  // namespace
}  // namespace commsim::run
