#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <mutex>

#include "core/diagnostics.hpp"
#include "core/error.hpp"
#include "core/random.hpp"
#include "sim/cli/command.hpp"
#include "sim/cli/crew.hpp"
#include "sim/cli/interrupt.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/scenario_options.hpp"
#include "sim/report/atomic_file.hpp"
#include "sim/report/plan_report.hpp"
#include "sim/scenario/yaml_document.hpp"
#include "sim/workload/step/step_sensitivity.hpp"

namespace commsim::plan_command {
namespace {

struct PlanOptions {
  ScenarioOptions scenarios;
  std::string format = "text";
  std::string results;
  std::string svg;
  unsigned jobs = 0;
};

Plan read_choices(const ConfigDocument& document) {
  if (document.root.find("plan") == nullptr) {
    throw RequestError(document.sources.front() +
                       ": a plan is a training scenario with a section 'plan'; an empty one, "
                       "'plan: {}', looks for the shortest time");
  }
  return read_plan(document);
}

// Of the plan, what --set puts on top of its alternatives, the files that it names, and the build.
std::uint64_t fingerprint(const ConfigDocument& document, const TrainingSet& set) {
  std::string text = COMMSIM_VERSION + flow_text(document.root);
  for (std::size_t i = 1; i < document.sources.size(); ++i) text += "\n" + document.sources[i];
  return mix(set.contents ^ std::hash<std::string>{}(text));
}

// What a process knows that works for the first: the plan, and the variation of it that was asked
// for last, since the first is at one at a time.
class PlanWork {
 public:
  explicit PlanWork(const ConfigDocument& document)
      : document_(document), plan_(read_choices(document)) {}

  [[nodiscard]] const Plan& plan() const { return plan_; }
  std::string answer(const std::string& text) {
    const PlanRequest request = plan_request(text);
    return packed(settled(known(request.variation), request.point));
  }

 private:
  const Plan& known(const std::string& variation) {
    if (variation.empty()) return plan_;
    const std::lock_guard lock(mutex_);
    if (variation != variation_) {
      varied_ = read_variation(document_, variation);
      variation_ = variation;
    }
    return varied_;
  }

  const ConfigDocument& document_;
  const Plan plan_;
  std::mutex mutex_;
  std::string variation_;
  Plan varied_;
};

// The choices of the file with another value of the question's key. A value that the file cannot
// have has none.
std::optional<Plan> plan_with(const ConfigDocument& document, const PlanQuestion& question,
                              const std::string& value) {
  try {
    Plan plan = read_variation(document, question.key + "=" + value);
    plan.specs.front().rows = 1;  // nobody asks for the second best
    return plan;
  } catch (const ConfigError&) {
    return std::nullopt;
  }
}

// The best of these that keeps the limits, or any.
std::optional<PlanCandidate> choice_of(const Plan& plan, const PlanSearch& how) {
  const PlanOutcome outcome = search(plan, how);
  if (!outcome.complete) throw Interrupted();
  if (outcome.ranked.empty()) return std::nullopt;
  return outcome.ranked.front();
}

void answer_question(const ConfigDocument& document, const PlanSearch& how,
                     PlanFindings& findings) {
  const PlanQuestion& question = *findings.plan->spec().find;
  const auto attempt = [&](const std::string& value, bool any) -> std::optional<PlanCandidate> {
    const std::optional<Plan> plan = plan_with(document, question, value);
    if (!plan) return std::nullopt;
    PlanSearch next = how;
    next.any_will_do = any;
    next.variation = question.key + "=" + value;
    auto best = choice_of(*plan, next);
    if (best) findings.answered_by = plan->set.points[best->point].choices;
    return best;
  };
  try {
    findings.answer =
        answer(question, [&](const std::string& value) { return attempt(value, true); });
    if (findings.answer->value) findings.answer->best = attempt(*findings.answer->value, false);
  } catch (const Interrupted&) {
    findings.answer.reset();  // the table is there
    findings.outcome.complete = false;
  }
}

void work_for_first(const Ranks& ranks, const PlanOptions& options) {
  ConfigDocument document;
  std::optional<PlanWork> work;
  commsim::work_for_first(ranks, options.jobs, [&] {
    document = options.scenarios.read(options.scenarios.files.front());
    work.emplace(document);
    return CrewReading{fingerprint(document, work->plan().set),
                       [&](const std::string& request) { return work->answer(request); }};
  });
}

ExitCode plan(const PlanOptions& options) {
  const Ranks ranks = ranks_from_environment();
  if (ranks.number > 0) {
    go_on_guarded();
    work_for_first(ranks, options);
    return kSuccess;
  }
  Crew crew(ranks, options.jobs);
  const std::string& file = options.scenarios.files.front();
  const ConfigDocument document = options.scenarios.read(file);
  const Interrupt interrupt;
  const Plan input = read_choices(document);
  if (input.spec().find) require_answerable(document, *input.spec().find);
  std::optional<AtomicFile> svg;
  if (!options.svg.empty()) svg.emplace(options.svg);
  std::unique_ptr<PlanStore> store;
  if (!options.results.empty()) {
    store = std::make_unique<PlanStore>(options.results, fingerprint(document, input.set));
  }
  PlanFindings findings{.plan = &input};
  const std::vector<PointWorker*> workers = crew.that_have_read(fingerprint(document, input.set));
  const PlanSearch how{.jobs = options.jobs, .stop = &Interrupt::wish(), .workers = workers};
  {
    Progress progress(false);
    PlanSearch first = how;
    first.progress = [&](auto done, auto all) { progress.update(done, all); };
    first.store = store.get();
    findings.outcome = search(input, first);
  }
  if (findings.outcome.complete && !findings.outcome.ranked.empty()) {
    findings.gains = better_parts(input.set.points[findings.outcome.ranked.front().point].job);
  }
  if (findings.outcome.complete && input.spec().find) answer_question(document, how, findings);
  if (options.format == "json") {
    write_plan_json(std::cout, COMMSIM_VERSION, findings);
  } else {
    write_plan_text(std::cout, findings);
  }
  if (svg) {
    svg->stream() << plan_picture(findings);
    svg->commit();
  }
  if (!findings.outcome.complete) {
    std::cerr << "commsim: interrupted"
              << (options.results.empty() ? ""
                                          : "; the same command goes on from " + options.results)
              << '\n';
    return kInterrupted;
  }
  return findings.outcome.ranked.empty() ? kUnmet : kSuccess;
}

void add(CommandOptions& command) {
  const auto options = std::make_shared<PlanOptions>();
  options->scenarios.add_to(command, false);
  command.choice("--format", options->format, "text or json", {"text", "json"});
  command.text("--results", options->results,
               "keep what is found out in FILE, an SQLite database; a plan that was killed goes on "
               "from there",
               "FILE");
  command.text("--svg", options->svg, "draw time against cost to FILE, by gnuplot", "FILE");
  command.whole_number("--jobs", options->jobs, "simulations at a time (default: one a core)", 1,
                       1024);
  command.on_run([options] { return plan(*options); });
}

const Registration<Command> kPlan{
    {.name = "plan",
     .summary = "search the choices of a training scenario for the fastest or the cheapest",
     .order = 5,
     .add = add}};

}  // namespace
}  // namespace commsim::plan_command
