#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <optional>

#include "core/error.hpp"
#include "sim/cli/command.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/scenario_options.hpp"
#include "sim/report/atomic_file.hpp"
#include "sim/report/report.hpp"
#include "sim/report/trace.hpp"
#include "sim/scenario/sweep_runner.hpp"

namespace commsim {
namespace {

struct RunOptions {
  ScenarioOptions scenarios;
  std::string format = "text";
  std::string trace;
  unsigned jobs = 0;
};

std::unique_ptr<Report> make_report(const std::string& format) {
  if (format == "json") return json_report(std::cout, COMMSIM_VERSION);
  if (format == "csv") return csv_report(std::cout);
  return text_report(std::cout);
}

void refuse_trace_of_many(const ScenarioSet& set) {
  if (set.points.size() == 1) return;
  throw RequestError(
      fmt::format("--trace takes one simulation, the file has {}; use --set to pick one, such as "
                  "--set collective.size='1 MiB'",
                  set.points.size()));
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
int run(const RunOptions& options) {
  std::vector<ScenarioSet> sets;
  for (const std::string& file : options.scenarios.files) {
    sets.push_back(read_scenarios(options.scenarios.read(file)));
    if (!options.trace.empty()) refuse_trace_of_many(sets.back());
  }
  if (!options.trace.empty() && sets.size() > 1) throw RequestError("--trace takes one file");

  std::optional<AtomicFile> trace;  // opened first: a bad path should not cost a simulation
  if (!options.trace.empty()) trace.emplace(options.trace);
  const auto report = make_report(options.format);
  Progress progress;
  SweepRunner runner{.jobs = options.jobs,
                     .watch = options.trace.empty() ? Watch::kLinks : Watch::kTimeline,
                     .progress = [&](auto done, auto all) { progress.update(done, all); }};
  std::vector<std::string> failures;
  for (const ScenarioSet& set : sets) {
    report->begin(set);
    const ReportEnd end(*report);
    runner.run(set, [&](const ScenarioPoint& point, const CollectiveResult& result) {
      report->row(point, result);
      for (auto& failure : unmet(point, result)) failures.push_back(set.name + ": " + failure);
      if (trace) write_trace(trace->stream(), point, result);
    });
  }
  if (trace) trace->commit();
  for (const std::string& failure : failures) {
    std::cerr << "expectation not met: " << failure << '\n';
  }
  return failures.empty() ? kSuccess : kUnmet;
}

void add(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<RunOptions>();  // CLI11 keeps the callback
  options->scenarios.add_to(app, true);
  app.add_option("--format", options->format, "text, json or csv")
      ->check(CLI::IsMember({"text", "json", "csv"}));
  app.add_option("--trace", options->trace, "write every message to FILE for Perfetto or Chrome")
      ->type_name("FILE");
  app.add_option("--jobs", options->jobs, "simulations at a time (default: one a core)")
      ->check(CLI::Range(1, 1024));
  app.callback([options, &exit_code] { exit_code = run(*options); });
}

const Registration<Command> kRun{{.name = "run",
                                  .summary = "simulate scenarios; lists in a file are swept",
                                  .order = 1,
                                  .add = add}};

}  // namespace
}  // namespace commsim
