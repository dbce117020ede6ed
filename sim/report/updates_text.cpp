#include "sim/report/updates_text.hpp"

#include <fmt/format.h>

#include <vector>

#include "core/index.hpp"
#include "core/quantity_text.hpp"
#include "sim/report/text_table.hpp"

namespace commsim::updates_text_report {
namespace {

constexpr std::int64_t kMostRows = 8;

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

std::string staleness_text(const Staleness& staleness) {
  std::string text =
      fmt::format("\nstaleness of {} pushes, in updates: mean {:.1f}, median {}, p95 {}, most {}\n",
                  staleness.pushes(), staleness.mean(), staleness.percentile(50),
                  staleness.percentile(95), staleness.most());
  const std::int64_t width = staleness.most() / kMostRows + 1;
  std::vector<std::int64_t> rows(index(staleness.most() / width + 1));
  for (const auto& [updates, pushes] : staleness.counts()) rows[index(updates / width)] += pushes;
  const TextTable table({{.title = "updates", .width = 9},
                         {.title = "pushes", .width = 8},
                         {.title = "share", .width = 7}});
  text += table.header() + '\n';
  for (std::int64_t row = 0; row < std::ssize(rows); ++row) {
    const std::int64_t first = row * width;
    const std::int64_t pushes = rows[index(row)];
    const auto all = static_cast<double>(staleness.pushes());
    text += table.line({width == 1 ? fmt::format("{}", first)
                                   : fmt::format("{}-{}", first, first + width - 1),
                        fmt::format("{}", pushes), percent(static_cast<double>(pushes) / all)}) +
            '\n';
  }
  return text;
}

}  // namespace
}  // namespace commsim::updates_text_report

namespace commsim {

using namespace updates_text_report;

std::string updates_text(const UpdateResult& result) {
  const WorkerTimes& spent = result.spent;
  std::string text = fmt::format("\n{} iterations of {} workers in {}; one takes {} on average\n",
                                 result.iterations, result.workers, to_text(result.elapsed),
                                 to_text(result.iteration()));
  const double whole = seconds(result.iteration());
  const auto line = [&](std::string_view what, Duration time) {
    text += fmt::format("  {:<24}  {:>9}  {:>7}\n", what, to_text(time),
                        percent(whole > 0 ? seconds(time) / whole : 0));
  };
  line("computing", spent.computing);
  line(result.servers > 0 ? "push and pull" : "averaging", spent.sending);
  line("waiting for the slowest", spent.waiting);
  if (result.servers == 0) return text;
  text += fmt::format(
      "{} parameter servers; the busiest link of one is busy {} of the time\n"
      "iterations that a worker is ahead of the slowest: at most {}\n",
      result.servers, percent(result.busiest_server), result.ahead);
  return text + staleness_text(result.staleness);
}

}  // namespace commsim
