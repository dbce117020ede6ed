#include "calibrate/profile.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "core/error.hpp"
#include "core/quantity_text.hpp"

namespace commsim {
namespace {

std::string all_titles(const std::vector<ProfileTable>& tables) {
  std::vector<std::string> titles;
  titles.reserve(tables.size());
  for (const ProfileTable& table : tables) titles.push_back(table.title());
  return fmt::format("{}", fmt::join(titles, "; "));
}

// Runs of the same thing as one, and where the first of them stands.
struct PooledRun {
  MeasuredRun run;
  std::string place;
};
using PooledRuns = std::map<std::string, PooledRun>;  // by title

void demand_known(const MeasuredRun& run, const std::string& place) {
  const auto demand = [&](bool known, const char* what, const char* option) {
    if (known) return;
    throw RequestError(
        fmt::format("{}: the text does not say {}; say it with {}", place, what, option));
  };
  demand(!run.collective.empty(), "which collective it measures", "--collective");
  demand(run.ranks > 0, "on how many ranks it ran", "--ranks");
}

PooledRuns pooled_runs(const std::vector<Measurements>& measurements,
                       std::vector<std::string>& notes) {
  PooledRuns pooled;
  for (const Measurements& file : measurements) {
    for (const MeasuredRun& run : file.runs) {
      const std::string place = fmt::format("{}:{}", file.file, run.line);
      demand_known(run, place);
      const auto wrong = std::count_if(run.rows.begin(), run.rows.end(),
                                       [](const MeasuredRow& row) { return row.wrong; });
      if (wrong > 0) {
        notes.push_back(
            fmt::format("{}: {} rows that the benchmark found wrong are left out", place, wrong));
      }
      const auto [found, fresh] = pooled.try_emplace(title_of(run), PooledRun{run, place});
      if (fresh) continue;
      auto& rows = found->second.run.rows;
      rows.insert(rows.end(), run.rows.begin(), run.rows.end());
      notes.push_back(
          fmt::format("{}: repeats {}; the two count as one", place, found->second.place));
    }
  }
  return pooled;
}

// A scenario asks for collective, ranks, nodes and data type; the rest must not differ.
void refuse_alike(const PooledRuns& pooled) {
  std::map<std::tuple<std::string, int, int, std::string>, const PooledRun*> seen;
  for (const auto& [title, run] : pooled) {
    const auto key =
        std::tuple(run.run.collective, run.run.ranks, run.run.nodes, data_type_name(run.run.dtype));
    const auto [other, fresh] = seen.try_emplace(key, &run);
    if (fresh) continue;
    throw RequestError(fmt::format(
        "no scenario could tell {} ({}) from {} ({}); import them into profiles of their own",
        title_of(other->second->run), other->second->place, title, run.place));
  }
}

}  // namespace

std::string ProfileTable::title() const {
  std::string text = fmt::format("{} on {} ranks", collective, ranks);
  if (nodes > 0) text += fmt::format(" in {} node{}", nodes, nodes == 1 ? "" : "s");
  for (const std::string& more : {algorithm, protocol, dtype}) {
    if (!more.empty()) text += ", " + more;
  }
  return text;
}

const ProfileTable& Profile::table(std::string_view collective, int ranks, int nodes,
                                   std::string_view dtype) const {
  std::vector<const ProfileTable*> fitting;
  for (const ProfileTable& table : tables) {
    if (table.collective == collective && table.ranks == ranks &&
        (table.nodes == 0 || nodes == 0 || table.nodes == nodes)) {
      fitting.push_back(&table);
    }
  }
  const auto of_type = [&](const ProfileTable* table) { return table->dtype == dtype; };
  if (std::any_of(fitting.begin(), fitting.end(), of_type)) {
    std::erase_if(fitting, [&](const ProfileTable* table) { return !of_type(table); });
  }
  if (fitting.size() == 1) return *fitting.front();
  throw RequestError(fmt::format(
      "the profile '{}' has {} of {} on {} ranks{}; it has: {}", name,
      fitting.empty() ? "no table" : fmt::format("{} tables", fitting.size()), collective, ranks,
      nodes > 0 ? fmt::format(" in {} node{}", nodes, nodes == 1 ? "" : "s") : "",
      tables.empty() ? "no tables at all, but physics" : all_titles(tables)));
}

std::string title_of(const MeasuredRun& run) {
  std::string text = run.collective.empty() ? "times" : run.collective;
  if (run.ranks > 0) text += fmt::format(" on {} ranks", run.ranks);
  if (run.nodes > 0) text += fmt::format(" in {} node{}", run.nodes, run.nodes == 1 ? "" : "s");
  for (const std::string* more :
       {&run.device, &run.version, &run.algorithm, &run.protocol, &run.dtype}) {
    if (!more->empty()) text += ", " + *more;
  }
  if (is_other_reduction(run.redop)) text += ", " + run.redop;
  return text;
}

std::string data_type_name(std::string_view printed) {
  static constexpr std::array kNames = {
      std::pair{"half", "fp16"},      std::pair{"float16", "fp16"}, std::pair{"bfloat16", "bf16"},
      std::pair{"float", "fp32"},     std::pair{"float32", "fp32"}, std::pair{"double", "fp64"},
      std::pair{"float64", "fp64"},   std::pair{"int", "int32"},    std::pair{"char", "int8"},
      std::pair{"f8e4m3", "fp8"},     std::pair{"f8e5m2", "fp8"},   std::pair{"float8_e4m3", "fp8"},
      std::pair{"float8_e5m2", "fp8"}};
  for (const auto& [other, name] : kNames) {
    if (printed == other) return name;
  }
  return std::string(printed);
}

std::vector<Measurement> measurements_of(const MeasuredRun& run) {
  std::vector<Measurement> rows;
  rows.reserve(run.rows.size());
  for (const MeasuredRow& row : run.rows) {
    if (!row.wrong) rows.push_back({row.size, row.time});
  }
  return medians(rows);
}

FittedTables fit_tables(const std::vector<Measurements>& measurements,
                        const RegimeOptions& options) {
  FittedTables fitted;
  const auto pooled = pooled_runs(measurements, fitted.notes);
  refuse_alike(pooled);
  for (const auto& [title, run] : pooled) {
    const auto rows = measurements_of(run.run);
    if (rows.size() < 2) {
      fitted.notes.push_back(
          fmt::format("{}: {} has fewer than two sizes and is left out", run.place, title));
      continue;
    }
    fitted.tables.push_back({.collective = run.run.collective,
                             .ranks = run.run.ranks,
                             .nodes = run.run.nodes,
                             .dtype = data_type_name(run.run.dtype),
                             .algorithm = run.run.algorithm,
                             .protocol = run.run.protocol,
                             .source = run.place,
                             .fit = fit_regimes(rows, options)});
    const auto& outliers = fitted.tables.back().fit.outliers;
    if (outliers.empty()) continue;
    fitted.notes.push_back(
        fmt::format("{}: {} of {} sizes are further than a fifth from their regime and count as "
                    "outliers, {} first",
                    run.place, outliers.size(), rows.size(), to_text(outliers.front())));
  }
  if (fitted.tables.empty()) throw RequestError("no run has the two sizes that a fit needs");
  return fitted;
}

}  // namespace commsim
