#include "sim/report/explanation.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/quantity_text.hpp"
#include "sim/report/text_table.hpp"
#include "sim/workload/sensitivity.hpp"

namespace commsim {
namespace {

std::string percent(Duration part, Duration whole) {
  if (whole == Duration{0}) return "-";
  return fmt::format("{:.1f} %", 100 * seconds(part) / seconds(whole));
}

// Signed percent; what rounds to nothing has no sign.
std::string change_text(Duration before, Duration after) {
  constexpr double kInvisible = 0.05;
  if (before == Duration{0}) return "-";
  const double percent = 100 * (seconds(after) / seconds(before) - 1);
  return std::abs(percent) < kInvisible ? "0.0 %" : fmt::format("{:+.1f} %", percent);
}

void write_split(std::ostream& out, const CollectiveResult& result) {
  out << "  where the time goes, along the chain of causes that ends last\n";
  const TextTable table({{.title = "", .width = 34, .left = true},
                         {.title = "", .width = 9},
                         {.title = "", .width = 7}});
  const auto line = [&](const char* what, Duration span) {
    if (span == Duration{0}) return;
    out << table.line({what, to_text(span), percent(span, result.time)}) << '\n';
  };
  line("  on the wire (L / B)", result.critical_path.transfer);
  line("  latency (D)", result.critical_path.latency);
  line("  computing", result.critical_path.compute);
  line("  waiting for links or other ranks", result.waiting);
  out << '\n';
}

void write_bound(std::ostream& out, const CollectiveResult& result) {
  out << fmt::format("  no schedule can beat {}: {}\n", to_text(result.bound.time),
                     result.bound.reason);
  if (result.bound.time > Duration{0}) {
    out << fmt::format("  this one takes {:.2f} times as long\n",
                       seconds(result.time) / seconds(result.bound.time));
  }
  if (result.bottleneck) {
    out << fmt::format("  busiest link: {} ({}), busy for {} of the time\n",
                       result.bottleneck->name, result.bottleneck->medium,
                       percent(result.bottleneck->busy, result.time));
  }
  for (const MediumLoad& load : result.media) {
    if (load.bytes == Bytes{0}) continue;
    out << fmt::format("  {} carried {} over {} links\n", load.medium, to_text(load.bytes),
                       load.links);
  }
  for (const std::string& warning : result.warnings) out << "  note: " << warning << '\n';
  out << '\n';
}

void write_alternatives(std::ostream& out, std::string_view title, Duration time,
                        const std::vector<Alternative>& alternatives) {
  if (alternatives.empty()) return;
  out << "  " << title << '\n';
  const TextTable table({{.title = "", .width = 34, .left = true},
                         {.title = "", .width = 9},
                         {.title = "", .width = 9}});
  for (const Alternative& alternative : alternatives) {
    out << table.line({"  " + alternative.change, to_text(alternative.time),
                       change_text(time, alternative.time)})
        << '\n';
  }
  out << '\n';
}

}  // namespace

void explain(std::ostream& out, const ScenarioPoint& point) {
  const CollectiveResult result = run_collective(point.run);
  const Collective& kind = collective(point.run.call.kind);
  out << fmt::format("{} of {} by {} on {} ranks, {}: {}\n", kind.name,
                     to_text(point.run.call.size), point.algorithm,
                     point.run.cluster->topology.rank_count(), point.run.network->name,
                     to_text(result.time));
  for (const auto& [path, value] : point.choices) out << fmt::format("  {} = {}\n", path, value);
  out << fmt::format("  algbw {}, busbw {}, {} messages\n\n", rate_text(result.algbw),
                     rate_text(result.busbw), result.messages);
  write_split(out, result);
  write_bound(out, result);
  write_alternatives(out, "with better links", result.time, better_links(point.run));
  write_alternatives(out, fmt::format("with other routes (seed {})", point.run.seed), result.time,
                     other_routes(point.run));
  write_alternatives(out, "with other algorithms, at their defaults", result.time,
                     other_algorithms(point.run));
  out << std::flush;
}

}  // namespace commsim
