#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/quantity_text.hpp"
#include "sim/report/text_table.hpp"
#include "sim/report/training_report.hpp"
#include "sim/report/updates_text.hpp"
#include "sim/workload/step/job_notes.hpp"

namespace commsim::training_text_report {
namespace {

std::string percent(Duration part, Duration whole) {
  if (whole == Duration{0}) return "-";
  return fmt::format("{:.1f} %", 100 * seconds(part) / seconds(whole));
}

std::string gibibytes(Bytes size) {
  return fmt::format("{:.1f} GiB",
                     static_cast<double>(size.count()) / static_cast<double>((1_GiB).count()));
}

// "d16 t8 p8", and c and e where there are any.
std::string degrees(const Parallelism& parallelism) {
  std::string text =
      fmt::format("d{} t{} p{}", parallelism.data, parallelism.tensor, parallelism.pipeline);
  if (parallelism.virtual_stages > 1) text += fmt::format(" v{}", parallelism.virtual_stages);
  if (parallelism.context > 1) text += fmt::format(" c{}", parallelism.context);
  if (parallelism.expert > 1) text += fmt::format(" e{}", parallelism.expert);
  return text;
}

// Samples where there are no tokens.
std::string rate(const TrainingResult& result) {
  return fmt::format("{:.0f}", result.tokens_per_second > 0 ? result.tokens_per_second
                                                            : result.samples_per_second);
}

// "6, 6, 5" or, where many are the same, "6 (32 times), 3 (32 times)".
std::string in_runs(const std::vector<std::int64_t>& numbers) {
  constexpr std::ptrdiff_t kMany = 4;
  std::string text;
  for (auto first = numbers.begin(); first != numbers.end();) {
    const auto last =
        std::find_if(first, numbers.end(), [&](std::int64_t n) { return n != *first; });
    const std::ptrdiff_t times = last - first;
    const bool many = times >= kMany;
    for (std::ptrdiff_t i = 0; i < (many ? 1 : times); ++i) {
      text += fmt::format("{}{}", text.empty() ? "" : ", ", *first);
    }
    if (many) text += fmt::format(" ({} times)", times);
    first = last;
  }
  return text;
}

std::string mean_staleness(const TrainingResult& result) {
  if (!result.updates || result.updates->servers == 0) return "-";
  return fmt::format("{:.1f}", result.updates->staleness.mean());
}

class TextReport : public TrainingReport {
 public:
  TextReport(std::ostream& out, bool details)
      : out_(out), table_(std::vector<TextColumn>{}), details_(details) {}

  void begin(const TrainingSet& set) override {
    single_ = details_ || set.points.size() == 1;
    notes_.clear();
    paths_.clear();
    std::vector<TextColumn> columns;
    std::size_t model = 0;
    for (const TrainingPoint& point : set.points) {
      model = std::max(model, point.job.model.size());
      for (std::size_t i = 0; i < point.choices.size(); ++i) {
        const auto& [path, value] = point.choices[i];
        auto place = std::find(paths_.begin(), paths_.end(), path);
        if (place == paths_.end()) {
          place = paths_.insert(paths_.end(), path);
          columns.push_back({.title = path.substr(path.rfind('.') + 1)});
        }
        auto& width = columns[static_cast<std::size_t>(place - paths_.begin())].width;
        width = std::max(width, value.size());
      }
    }
    columns.insert(columns.begin(), {{.title = "model", .width = model, .left = true},
                                     {.title = "GPUs", .width = 6},
                                     {.title = "division", .width = 11, .left = true}});
    for (const char* title : {"step", "tokens/s", "MFU", "computing", "exposed", "bubble"}) {
      columns.push_back({.title = title, .width = 9});
    }
    spread_ = jittered(set);
    if (spread_) {
      columns.push_back({.title = "p5", .width = 9});
      columns.push_back({.title = "p95", .width = 9});
    }
    servers_ = has_servers(set);
    if (servers_) columns.push_back({.title = "staleness", .width = 9});
    columns.push_back({.title = "memory", .width = 9});
    table_ = TextTable(std::move(columns));
    out_ << set.name << "\n" << table_.header() << '\n';
  }

  void row(const TrainingPoint& point, const TrainingResult& result) override {
    std::vector<std::string> cells = {point.job.model, fmt::format("{}", result.gpus),
                                      degrees(point.job.parallelism)};
    for (const std::string& path : paths_) {
      const auto place = std::find_if(point.choices.begin(), point.choices.end(),
                                      [&](const auto& choice) { return choice.first == path; });
      cells.push_back(place == point.choices.end() ? "-" : place->second);
    }
    const Duration mean =
        result.mean.spent.computing() + result.mean.spent.communicating() + result.mean.bubble;
    cells.push_back(to_text(result.time));
    cells.push_back(rate(result));
    cells.push_back(fmt::format("{:.1f} %", 100 * result.mfu));
    cells.push_back(percent(result.mean.spent.computing(), mean));
    cells.push_back(percent(result.mean.spent.communicating(), mean));
    cells.push_back(percent(result.mean.bubble, mean));
    if (spread_) {
      cells.push_back(to_text(result.fast));
      cells.push_back(to_text(result.slow));
    }
    if (servers_) cells.push_back(mean_staleness(result));
    cells.push_back(gibibytes(result.memory.use.total()));
    out_ << table_.line(cells) << '\n' << std::flush;
    if (single_) details(point, result, mean);
    for (const std::string& note : notes_on(point.job)) notes_.insert(note);
  }
  void end() override {
    for (const std::string& note : notes_) out_ << "note: " << note << '\n';
    out_ << std::flush;
  }

 private:
  static bool jittered(const TrainingSet& set) {
    return std::any_of(set.points.begin(), set.points.end(),
                       [](const TrainingPoint& point) { return point.job.jitter.any(); });
  }

  static bool has_servers(const TrainingSet& set) {
    return std::any_of(set.points.begin(), set.points.end(), [](const TrainingPoint& point) {
      return point.job.updates.kind == UpdateKind::kParameterServer;
    });
  }

  void details(const TrainingPoint& point, const TrainingResult& result, Duration mean) {
    out_ << (spread_ ? "\nwhere a rank's time goes (mean of the stages, without jitter)\n"
                     : "\nwhere a rank's time goes (mean of the stages)\n");
    const TextTable times({{.title = "", .width = 12, .left = true},
                           {.title = "time", .width = 9},
                           {.title = "share", .width = 7},
                           {.title = "hidden", .width = 9}});
    out_ << times.header() << '\n';
    for (std::size_t i = 0; i < kActivities; ++i) {
      const auto activity = static_cast<Activity>(i);
      const Duration spent = result.mean.spent[activity];
      const Duration hidden = result.mean.hidden[activity];
      if (spent == Duration{0} && hidden == Duration{0}) continue;
      out_ << times.line({std::string(to_text(activity)), to_text(spent), percent(spent, mean),
                          computes(activity) ? "" : to_text(hidden)})
           << '\n';
    }
    out_ << times.line(
                {"bubble", to_text(result.mean.bubble), percent(result.mean.bubble, mean), ""})
         << '\n';
    if (result.updates) out_ << updates_text(*result.updates);
    calls(result);
    memory(point, result);
  }

  void calls(const TrainingResult& result) {
    if (result.calls.empty()) return;
    out_ << "\nwhat a rank sends\n";
    const TextTable table({{.title = "for", .width = 10, .left = true},
                           {.title = "collective", .width = 14, .left = true},
                           {.title = "ranks", .width = 5},
                           {.title = "size", .width = 10},
                           {.title = "calls", .width = 6},
                           {.title = "each", .width = 9},
                           {.title = "algorithm", .width = 9, .left = true},
                           {.title = "busiest link", .width = 12, .left = true}});
    out_ << table.header() << '\n';
    for (const CallSummary& call : result.calls) {
      out_ << table.line({std::string(to_text(call.item.traffic)),
                          std::string(collective(call.item.collective).name),
                          fmt::format("{}", call.item.ranks), to_text(call.item.size),
                          fmt::format("{}", call.item.calls), to_text(call.time), call.algorithm,
                          call.bottleneck})
           << '\n';
    }
  }

  void memory(const TrainingPoint& point, const TrainingResult& result) {
    const MemoryUse& use = result.memory.use;
    out_ << fmt::format(
        "\nmemory of a GPU of stage {}: {} of {}: weights {}, gradients {}, optimizer {}, "
        "activations {}\n",
        result.memory.stage, gibibytes(use.total()), gibibytes(result.memory.gpu->memory),
        gibibytes(use.weights + use.gathered), gibibytes(use.gradients), gibibytes(use.optimizer),
        gibibytes(use.activations + use.recomputed));
    computing(point.job, result);
    for (const MediumLoad& load : result.media) {
      if (load.bytes == Bytes{0}) continue;
      out_ << fmt::format("{} carries {} in a step, on {} links\n", load.medium,
                          to_text(load.bytes), load.links);
    }
  }

  void computing(const TrainingJob& job, const TrainingResult& result) {
    const std::vector<std::int64_t> counts = job.gpus.counts(result.gpus);
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const Roofline& type = job.gpus.types()[i];
      const std::string many = job.gpus.mixed() ? fmt::format("{} ", counts[i]) : "";
      out_ << fmt::format("computing on {}{}: {}\n", many, type.gpu->name, type.efficiency.source);
    }
    for (const auto& [data, codec] : job.choices.codecs.all()) {
      out_ << fmt::format("encoded, {}: {}, {:.3g} bits a number, error {:.2g} %; speeds: {}\n",
                          data, codec->name, codec->coding.bits, 100 * codec->error, codec->speeds);
    }
    const Parallelism& p = job.parallelism;
    if (!p.chunk_layers.empty()) {
      out_ << fmt::format("layers of the chunks: {}\n", in_runs(p.chunk_layers));
    }
    if (!p.shares.empty()) {
      out_ << fmt::format("micro-batches of the replicas: {}\n", in_runs(p.shares));
    }
  }

  std::ostream& out_;
  TextTable table_;
  std::vector<std::string> paths_;
  bool details_;
  bool single_ = false;
  bool spread_ = false;
  bool servers_ = false;
  std::set<std::string> notes_;  // on all rows
};

}  // namespace
}  // namespace commsim::training_text_report

namespace commsim {

std::unique_ptr<TrainingReport> training_text(std::ostream& out, bool details) {
  return std::make_unique<training_text_report::TextReport>(out, details);
}

std::vector<std::string> unmet(const TrainingPoint& point, const TrainingResult& result) {
  std::vector<std::string> failures;
  if (point.expect.time_at_least && result.time < *point.expect.time_at_least) {
    failures.push_back(fmt::format("a step takes {}, expected at least {}", to_text(result.time),
                                   to_text(*point.expect.time_at_least)));
  }
  if (point.expect.time_at_most && result.time > *point.expect.time_at_most) {
    failures.push_back(fmt::format("a step takes {}, expected at most {}", to_text(result.time),
                                   to_text(*point.expect.time_at_most)));
  }
  return failures;
}

}  // namespace commsim
