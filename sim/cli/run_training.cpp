#include "sim/cli/run_training.hpp"

#include <fmt/format.h>

#include <iostream>
#include <optional>

#include "core/error.hpp"
#include "sim/cli/crew.hpp"
#include "sim/cli/interrupt.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/step_file.hpp"
#include "sim/report/training_report.hpp"
#include "sim/report/training_trace.hpp"
#include "sim/scenario/ordered_work.hpp"
#include "sim/scenario/training_archive.hpp"
#include "sim/scenario/yaml_document.hpp"

namespace commsim::run_training_files_of {
namespace {

std::unique_ptr<TrainingReport> make_report(const std::string& format) {
  if (format == "json") return training_json(std::cout, COMMSIM_VERSION);
  if (format == "csv") return training_csv(std::cout);
  return training_text(std::cout);
}

// What was begun is ended, also when a simulation fails: JSON stays JSON.
class ReportEnd {
 public:
  explicit ReportEnd(TrainingReport& report) : report_(report) {}
  ReportEnd(const ReportEnd&) = delete;
  ReportEnd& operator=(const ReportEnd&) = delete;
  ~ReportEnd() { report_.end(); }

 private:
  TrainingReport& report_;
};

struct Input {
  std::vector<TrainingSet> sets;
  std::uint64_t fingerprint = 0;  // of what all processes that share a run must have read

  [[nodiscard]] std::size_t points() const {
    std::size_t all = 0;
    for (const TrainingSet& set : sets) all += set.points.size();
    return all;
  }
};

Input read_files(const RunRequest& options, const RunLimits& limits) {
  Input input;
  std::string text = COMMSIM_VERSION;
  for (const std::string& file : options.scenarios.files) {
    const ConfigDocument document = options.scenarios.read(file);
    input.sets.push_back(read_steps(document, &limits));
    for (TrainingPoint& point : input.sets.back().points) {
      point.job.network.fold = !options.unfolded;
    }
    text += fmt::format("{}{}", flow_text(document.root), input.sets.back().contents);
  }
  input.fingerprint = std::hash<std::string>{}(text);
  return input;
}

// A request names the set and the point.
std::string answer(const Input& input, const std::string& request) {
  const TrainingSet& set = input.sets[std::stoul(request)];
  const TrainingPoint& point = set.points[std::stoul(request.substr(request.find(' ')))];
  return packed(run_training(point.job, *set.prices));
}

void refuse_pictures(const RunRequest& options, const Input& input) {
  const std::size_t points = input.points();
  if (!options.files.dot.empty() || !options.files.svg.empty()) {
    throw RequestError("--dot and --svg draw one collective; of a training step there is --trace");
  }
  if (!options.files.trace.empty() && points != 1) {
    throw RequestError(fmt::format("--trace shows one step, and there are {}", points));
  }
  if (options.files.trace.empty()) return;
  for (const TrainingSet& set : input.sets) {
    for (const TrainingPoint& point : set.points) require_timeline(point.job);
  }
}

}  // namespace
}  // namespace commsim::run_training_files_of

namespace commsim {

using namespace run_training_files_of;

ExitCode run_training_files(const RunRequest& options, const RunLimits& limits,
                            const Ranks& ranks) {
  Input input;
  if (ranks.number > 0) {
    work_for_first(ranks, options.jobs, [&] {
      input = read_files(options, limits);
      return CrewReading{input.fingerprint,
                         [&](const std::string& request) { return answer(input, request); }};
    });
    return kSuccess;
  }
  Crew crew(ranks, options.jobs);
  input = read_files(options, limits);
  const std::vector<PointWorker*> workers = crew.that_have_read(input.fingerprint);
  refuse_pictures(options, input);
  const std::size_t points = input.points();
  std::optional<AtomicFile> trace;
  if (!options.files.trace.empty()) trace.emplace(options.files.trace);
  const auto report = make_report(options.format);
  Progress progress;
  const Interrupt interrupt;
  OrderedWork work{.jobs = options.jobs,
                   .stop = &Interrupt::wish(),
                   .progress = [&](auto done, auto all) { progress.update(done, all); }};
  std::vector<std::string> failures;
  std::size_t rows = 0;
  for (std::size_t s = 0; s < input.sets.size(); ++s) {
    const TrainingSet& set = input.sets[s];
    if (Interrupt::wish()) break;
    report->begin(set);
    const ReportEnd end(*report);
    std::vector<TrainingResult> results(set.points.size());
    TrainingTimeline timeline;
    if (!trace) {  // a timeline stays where it was simulated
      work.elsewhere = {
          .workers = workers,
          .request = [s](std::size_t i) { return fmt::format("{} {}", s, i); },
          .received = [&](std::size_t i,
                          const std::string& done) { results[i] = unpacked_step(done); }};
    }
    // One point alone has all threads for its repetitions.
    const unsigned threads = set.points.size() == 1 ? work.threads() : 1;
    rows += work.run(
        set.points.size(),
        [&](std::size_t i) {
          results[i] =
              run_training(set.points[i].job, *set.prices, trace ? &timeline : nullptr, threads);
        },
        [&](std::size_t i) {
          report->row(set.points[i], results[i]);
          for (auto& failure : unmet(set.points[i], results[i])) {
            failures.push_back(set.name + ": " + failure);
          }
        });
    if (trace && timeline.times) write_training_trace(trace->stream(), set.name, timeline);
  }
  for (const std::string& failure : failures) {
    std::cerr << "expectation not met: " << failure << '\n';
  }
  if (rows < points) {
    std::cerr << fmt::format("commsim: interrupted; {} of {} steps were done\n", rows, points);
    return kInterrupted;
  }
  if (trace) trace->commit();
  return failures.empty() ? kSuccess : kUnmet;
}

}  // namespace commsim
