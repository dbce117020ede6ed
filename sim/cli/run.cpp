#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/quantity_text.hpp"
#include "sim/cli/command.hpp"
#include "sim/cli/crew.hpp"
#include "sim/cli/interrupt.hpp"
#include "sim/cli/memory_limit.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/run_input.hpp"
#include "sim/cli/run_training.hpp"
#include "sim/report/report.hpp"
#include "sim/scenario/result_archive.hpp"
#include "sim/scenario/sweep_runner.hpp"

namespace commsim::run {
namespace {

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

// Simulates, reports, and says how it went.
ExitCode report_on(const RunInput& input, const RunRequest& options,
                   std::span<PointWorker* const> workers,
                   const std::atomic<std::int64_t>& messages) {
  RunFiles files(options.files);
  const auto report = make_report(options.format);
  Progress progress;
  const Interrupt interrupt;
  SweepRunner runner{.jobs = options.jobs,
                     .watch = options.files.trace.empty() ? Watch::kLinks : Watch::kTimeline,
                     .progress = [&](auto done, auto all) { progress.update(done, all, messages); },
                     .stop = &Interrupt::wish()};
  if (!options.files.any()) runner.workers = workers;  // pictures stay where they were simulated
  std::vector<std::string> failures;
  std::size_t rows = 0;
  for (const ScenarioSet& set : input.sets) {
    if (Interrupt::wish()) break;
    report->begin(set);
    const ReportEnd end(*report);
    rows += runner.run(set, [&](const ScenarioPoint& point, const CollectiveResult& result) {
      report->row(point, result);
      for (auto& failure : unmet(point, result)) failures.push_back(set.name + ": " + failure);
      files.write(point, result);
    });
    runner.first += set.points.size();
  }
  for (const std::string& failure : failures) {
    std::cerr << "expectation not met: " << failure << '\n';
  }
  if (rows < input.points()) {
    std::cerr << fmt::format("commsim: interrupted; {} of {} simulations were done\n", rows,
                             input.points());
    return kInterrupted;
  }
  files.commit();
  return failures.empty() ? kSuccess : kUnmet;
}

// Whether the files are about training steps. Throws RequestError if only some are.
bool all_train(const ScenarioOptions& scenarios) {
  std::size_t steps = 0;
  for (const std::string& file : scenarios.files) {
    if (is_training(scenarios.read(file))) ++steps;
  }
  if (steps > 0 && steps < scenarios.files.size()) {
    throw RequestError(
        "some of these files are about training steps and some about collectives, "
        "whose results have different columns: one run for each does it");
  }
  return steps > 0;
}

ExitCode run_within(const RunLimits& limits, const RunRequest& options, const Ranks& ranks) {
  if (all_train(options.scenarios)) return run_training_files(options, limits, ranks);
  RunInput input;
  if (ranks.number > 0) {
    work_for_first(ranks, options.jobs, [&] {
      input = read_run(options, limits);
      return CrewReading{input.fingerprint, [&](const std::string& point) {
                           return packed(settled(input.point(std::stoul(point))));
                         }};
    });
    return kSuccess;
  }
  Crew crew(ranks, options.jobs);
  input = read_run(options, limits);
  options.files.refuse_what_they_cannot_show(input.sets);
  return report_on(input, options, crew.that_have_read(input.fingerprint), *limits.sent);
}

ExitCode run(const RunRequest& options) {
  const Ranks ranks = ranks_from_environment();
  RunLimits limits = options.limits.each();
  std::atomic<std::int64_t> messages{0};
  limits.stop = &Interrupt::wish();
  limits.sent = &messages;
  const Bytes memory = options.limits.most_memory(ranks.beside);
  if (ranks.number > 0) go_on_guarded();
  try {
    limit_memory(memory);
    return run_within(limits, options, ranks);
  } catch (const std::bad_alloc&) {
    throw MachineError(fmt::format(
        "this takes more memory than its limit of {}; --max-memory sets another, --jobs has fewer "
        "simulations at a time",
        to_text(memory)));
  }
}

void add(CommandOptions& command) {
  const auto options = std::make_shared<RunRequest>();  // the callback keeps it
  options->scenarios.add_to(command, true);
  command.choice("--format", options->format, "text, json or csv", {"text", "json", "csv"});
  options->files.add_to(command);
  options->limits.add_to(command);
  command.flag("--no-fold", options->unfolded,
               "simulate every rank, also those that are interchangeable");
  command.whole_number("--jobs", options->jobs,
                       "simulations at a time (default: one a core; under mpirun one a process)", 1,
                       1024);
  command.on_run([options] { return run(*options); });
}

const Registration<Command> kRun{{.name = "run",
                                  .summary = "simulate scenarios; lists in a file are swept",
                                  .order = 1,
                                  .add = add}};

}  // namespace
}  // namespace commsim::run
