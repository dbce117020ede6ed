#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <optional>

#include "sim/cli/command.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/scenario_options.hpp"
#include "sim/cli/written_file.hpp"
#include "sim/report/crossover_report.hpp"
#include "sim/report/nccl_tuner.hpp"
#include "sim/scenario/sweep_runner.hpp"

namespace commsim::crossover {
namespace {

struct CrossoverOptions {
  ScenarioOptions scenarios;
  std::string format = "text";
  std::string tuner;
  unsigned jobs = 0;
};

std::unique_ptr<CrossoverReport> make_report(const std::string& format) {
  if (format == "json") return json_crossover(std::cout, COMMSIM_VERSION);
  if (format == "csv") return csv_crossover(std::cout);
  return text_crossover(std::cout);
}

// What `auto` would try is shown one by one.
void spread_auto(ConfigNode& root) {
  for (auto& [section, keys] : root.map) {
    if (section != "collective") continue;
    for (auto& [key, value] : keys.map) {
      if (key == "algorithm" && value.scalar == "auto") value.scalar = "all";
    }
  }
}

// What was begun is ended, also when a simulation fails.
class ReportEnd {
 public:
  ReportEnd(CrossoverReport& report, const ScenarioSet& set, const CrossoverMap& map)
      : report_(report), set_(set), map_(map) {
    report_.begin(set_, map_);
  }
  ReportEnd(const ReportEnd&) = delete;
  ReportEnd& operator=(const ReportEnd&) = delete;
  ~ReportEnd() { report_.end(set_, map_); }

 private:
  CrossoverReport& report_;
  const ScenarioSet& set_;
  const CrossoverMap& map_;
};

ExitCode map_algorithms(const CrossoverOptions& options) {
  ConfigDocument document = options.scenarios.read(options.scenarios.files.front());
  spread_auto(document.root);
  ScenarioSet set = read_scenarios(document);
  const bool tunes = !options.tuner.empty();
  if (tunes) keep_what_nccl_has(set);
  CrossoverMap map(set);
  if (tunes) refuse_columns_that_nccl_confuses(map);
  std::optional<AtomicFile> tuner;  // opened first: a bad path should not cost a simulation
  if (tunes) tuner.emplace(options.tuner);
  const auto report = make_report(options.format);
  {
    const ReportEnd end(*report, set, map);
    Progress progress(options.format != "text");
    const SweepRunner runner{.jobs = options.jobs,
                             .watch = Watch::kLinks,
                             .progress = [&](auto done, auto all) { progress.update(done, all); }};
    runner.run(set, [&](const ScenarioPoint& point, const CollectiveResult& result) {
      const auto [column, cell] = map.add(point, result.time);
      if (cell != nullptr) report->cell(*column, *cell);
    });
  }
  if (tuner) {
    write_nccl_tuner(tuner->stream(), set.name, map);
    commit_aloud(*tuner);
  }
  return kSuccess;
}

void add(CommandOptions& command) {
  const auto options = std::make_shared<CrossoverOptions>();
  options->scenarios.add_to(command, false);
  command.choice("--format", options->format, "text, json or csv", {"text", "json", "csv"});
  command.text("--tuner", options->tuner,
               "write what is best among NCCL's algorithms to FILE, for its example tuner plugin",
               "FILE");
  command.whole_number("--jobs", options->jobs, "simulations at a time (default: one a core)", 1,
                       1024);
  command.on_run([options] { return map_algorithms(*options); });
}

const Registration<Command> kCrossover{
    {.name = "crossover",
     .summary = "the best algorithm by size and by one other list of the file",
     .order = 6,
     .add = add}};

}  // namespace
}  // namespace commsim::crossover
