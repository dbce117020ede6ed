#include "calibrate/hold_out.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "calibrate/fit/rank_scaling.hpp"
#include "core/error.hpp"

namespace commsim::hold_out {
namespace {

RankTable table_of(const MeasuredRun& run) { return {run.ranks, measurements_of(run)}; }

Validation scaled(const MeasuredRun& unseen, const MeasuredRun& smaller, const MeasuredRun& larger,
                  std::string predictor) {
  const RankScaling scaling(unseen.collective, table_of(smaller), table_of(larger));
  Validation validation{.title = title_of(unseen), .predictor = std::move(predictor), .rows = {}};
  for (const Measurement& row : measurements_of(unseen)) {
    validation.rows.push_back({.size = row.size,
                               .measured = seconds(row.time),
                               .predicted = scaling.time_s(unseen.ranks, row.size)});
  }
  return validation;
}

// Runs of one kind by their number of nodes, of all numbers but one.
using ByNodes = std::map<int, const MeasuredRun*>;

std::map<std::string, ByNodes> groups_by_nodes(const std::vector<MeasuredRun>& runs) {
  std::map<std::string, ByNodes> groups;
  for (const MeasuredRun& run : runs) {
    if (run.nodes < 2 || run.ranks == 0 || run.ranks % run.nodes != 0) continue;
    MeasuredRun kind = run;
    kind.ranks = 0;
    kind.nodes = 0;
    const int in_each = run.ranks / run.nodes;
    groups[fmt::format("{}, {} in each node", title_of(kind), in_each)][run.nodes] = &run;
  }
  return groups;
}

bool alike(const std::string& a, const std::string& b) { return a.empty() || b.empty() || a == b; }

bool same_thing(const MeasuredRun& a, const MeasuredRun& b) {
  return a.collective == b.collective && a.ranks == b.ranks &&
         (a.nodes == 0 || b.nodes == 0 || a.nodes == b.nodes) &&
         alike(data_type_name(a.dtype), data_type_name(b.dtype)) && a.algorithm == b.algorithm &&
         a.protocol == b.protocol && same_reduction(a.redop, b.redop);
}

struct Others {
  std::vector<Measurement> rows;
  std::vector<std::string> files;
};

Others others_of(const std::vector<Measurements>& files, const std::string& own,
                 const MeasuredRun& run) {
  Others others;
  for (const Measurements& file : files) {
    if (file.file == own) continue;
    bool used = false;
    for (const MeasuredRun& other : file.runs) {
      if (!same_thing(run, other)) continue;
      const auto rows = measurements_of(other);
      others.rows.insert(others.rows.end(), rows.begin(), rows.end());
      used = used || !rows.empty();
    }
    if (used) others.files.push_back(file.file);
  }
  return others;
}

void refuse_one_file_twice(const std::vector<Measurements>& files) {
  if (files.size() < 2) throw RequestError("to hold out files there must be two or more");
  std::set<std::string> names;
  for (const Measurements& file : files) {
    if (!names.insert(file.file).second) {
      throw RequestError(fmt::format("{} stands twice: it would predict itself", file.file));
    }
  }
}

}  // namespace
}  // namespace commsim::hold_out

namespace commsim {

Validation hold_out_sizes(const std::string& title, const std::vector<Measurement>& table) {
  const auto rows = medians(table);
  if (rows.size() < 4) {
    throw RequestError(fmt::format("{}: to hold out sizes there must be four or more", title));
  }
  Validation validation{
      .title = title, .predictor = "regimes of every other size of this table", .rows = {}};
  for (const std::size_t half : {0U, 1U}) {
    const RegimeFit fit = fit_regimes(alternate(rows, half), {.resamples = 0});
    for (const Measurement& row : alternate(rows, 1 - half)) {
      validation.rows.push_back(row_of(fit, row));
    }
  }
  std::sort(validation.rows.begin(), validation.rows.end(),
            [](const auto& a, const auto& b) { return a.size < b.size; });
  return validation;
}

std::vector<Validation> hold_out_ranks(const std::vector<MeasuredRun>& runs) {
  std::map<std::string, std::map<int, const MeasuredRun*>> groups;
  for (const MeasuredRun& run : runs) {
    if (run.ranks < 2 || run.nodes > 1) continue;
    MeasuredRun kind = run;
    kind.ranks = 0;
    groups[title_of(kind)][run.ranks] = &run;
  }
  std::vector<Validation> validations;
  for (const auto& [title, by_ranks] : groups) {
    if (by_ranks.size() < 3) continue;
    auto last = by_ranks.rbegin();
    const MeasuredRun* unseen = (last++)->second;
    const auto& [more, larger] = *last++;
    const auto& [fewer, smaller] = *last;
    validations.push_back(hold_out::scaled(*unseen, *smaller, *larger,
                                           fmt::format("its {} and {} ranks", fewer, more)));
  }
  return validations;
}

HeldOut hold_out_nodes(const std::vector<MeasuredRun>& runs) {
  HeldOut held;
  for (const auto& [title, by_nodes] : hold_out::groups_by_nodes(runs)) {
    if (by_nodes.size() < 3) {
      held.notes.push_back(fmt::format("{}: of fewer than three numbers of nodes", title));
      continue;
    }
    held.notes.push_back(fmt::format("{}: {} nodes are the fewest, which more cannot predict",
                                     title, by_nodes.begin()->first));
    for (auto unseen = std::next(by_nodes.begin()); unseen != by_nodes.end(); ++unseen) {
      const bool last = std::next(unseen) == by_nodes.end();
      const auto larger = last ? std::prev(unseen) : std::next(unseen);
      const auto smaller = last ? std::prev(unseen, 2) : std::prev(unseen);
      try {
        held.validations.push_back(
            hold_out::scaled(*unseen->second, *smaller->second, *larger->second,
                             fmt::format("its {} and {} nodes", smaller->first, larger->first)));
      } catch (const RequestError& refusal) {
        held.notes.push_back(fmt::format("{} from {} and {} nodes: {}", title_of(*unseen->second),
                                         smaller->first, larger->first, refusal.what()));
      }
    }
  }
  if (!held.validations.empty()) return held;
  throw RequestError(
      "no collective was measured on three numbers of nodes, two nodes or more, with as many ranks "
      "in each; --holdout nodes predicts one from the two nearest");
}

HeldOut hold_out_files(const std::vector<Measurements>& files) {
  hold_out::refuse_one_file_twice(files);
  HeldOut held;
  for (const Measurements& file : files) {
    for (const MeasuredRun& run : file.runs) {
      const auto others = hold_out::others_of(files, file.file, run);
      if (medians(others.rows).size() < 2) {
        held.notes.push_back(
            fmt::format("{}:{}: no other file measured {}", file.file, run.line, title_of(run)));
        continue;
      }
      const RegimeFit fit = fit_regimes(others.rows, {.resamples = 0});
      Validation validation{.title = fmt::format("{}: {}", file.file, title_of(run)),
                            .predictor = fmt::format("{}", fmt::join(others.files, ", ")),
                            .rows = {}};
      for (const Measurement& row : measurements_of(run)) {
        validation.rows.push_back(row_of(fit, row));
      }
      if (!validation.rows.empty()) held.validations.push_back(std::move(validation));
    }
  }
  if (!held.validations.empty()) return held;
  throw RequestError("no two files measured the same collective on as many ranks and nodes");
}

}  // namespace commsim
