#include "calibrate/profile.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/error.hpp"

namespace commsim {
namespace {

std::string all_titles(const std::vector<ProfileTable>& tables) {
  std::vector<std::string> titles;
  for (const ProfileTable& table : tables) titles.push_back(table.title());
  return fmt::format("{}", fmt::join(titles, "; "));
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
      all_titles(tables)));
}

std::string title_of(const MeasuredRun& run) {
  std::string text = run.collective.empty() ? "unknown collective" : run.collective;
  if (run.ranks > 0) text += fmt::format(" on {} ranks", run.ranks);
  if (run.nodes > 0) text += fmt::format(" in {} node{}", run.nodes, run.nodes == 1 ? "" : "s");
  for (const std::string* more :
       {&run.device, &run.version, &run.algorithm, &run.protocol, &run.dtype}) {
    if (!more->empty()) text += ", " + *more;
  }
  return text;
}

std::vector<Measurement> measurements_of(const MeasuredRun& run) {
  std::vector<Measurement> rows;
  for (const MeasuredRow& row : run.rows) rows.push_back({row.size, row.time});
  return medians(rows);
}

std::vector<ProfileTable> fit_tables(const Measurements& measurements,
                                     const RegimeOptions& options) {
  std::vector<ProfileTable> tables;
  for (const MeasuredRun& run : measurements.runs) {
    const std::string place = fmt::format("{}:{}", measurements.file, run.line);
    const auto demand = [&](bool known, const char* what, const char* option) {
      if (!known) {
        throw RequestError(
            fmt::format("{}: the text does not say {}; say it with {}", place, what, option));
      }
    };
    demand(!run.collective.empty(), "which collective it measures", "--collective");
    demand(run.ranks > 0, "on how many ranks it ran", "--ranks");
    try {
      tables.push_back({.collective = run.collective,
                        .ranks = run.ranks,
                        .nodes = run.nodes,
                        .dtype = run.dtype,
                        .algorithm = run.algorithm,
                        .protocol = run.protocol,
                        .source = place,
                        .fit = fit_regimes(measurements_of(run), options)});
    } catch (const RequestError& refusal) {
      throw RequestError(fmt::format("{}: {}", place, refusal.what()));
    }
  }
  return tables;
}

}  // namespace commsim
