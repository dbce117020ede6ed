#include "sim/report/explanation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/index.hpp"
#include "core/quantity_text.hpp"
#include "sim/report/lost_text.hpp"
#include "sim/report/record.hpp"
#include "sim/report/text_table.hpp"
#include "sim/workload/break_even.hpp"
#include "sim/workload/sensitivity.hpp"

namespace commsim {
namespace {

std::string percent(Duration part, Duration whole) {
  if (whole == Duration{0}) return "-";
  return fmt::format("{:.1f} %", 100 * seconds(part) / seconds(whole));
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
  if (!result.coded) {
    out << fmt::format("  no schedule can beat {}: {}\n", to_text(result.bound.time),
                       result.bound.reason);
  }
  if (result.bound.time > Duration{0} && !result.coded) {
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

constexpr std::string_view text_of(Method method) {
  switch (method) {
    case Method::kLockstep:
      return "ring by ring in lock step, as no message is in the way of another";
    case Method::kDirect:
      return "directly, as no message is in the way of another";
    default:
      return "event by event";
  }
}

// How the times were found, and for how many ranks.
std::string how_simulated(const CollectiveResult& result, const CollectiveRun& run) {
  const std::string_view how = text_of(result.method);
  const Rank ranks = run.cluster->topology.rank_count();
  if (result.classes >= ranks) return std::string(how);
  return fmt::format("{}; {} of {} ranks, the others are interchangeable with these", how,
                     result.classes, ranks);
}

// Of algorithms with parameter servers: which they are.
void write_servers(std::ostream& out, const CollectiveRun& run) {
  if (std::ranges::count(run.algorithm->parameters, "servers") == 0) return;
  if (run.call.servers != "separate") {
    out << "  the ranks serve the parameters\n";
    return;
  }
  constexpr std::size_t kMostNamed = 4;
  const Cluster& cluster = *run.cluster;
  std::vector<std::string_view> names;
  for (const Rank host : cluster.layout.hosts) {
    names.push_back(cluster.topology.device(cluster.endpoints[index(host)]).name);
    if (names.size() == kMostNamed) break;
  }
  const std::size_t more = cluster.layout.hosts.size() - names.size();
  out << fmt::format("  {}{} serve the parameters\n", fmt::join(names, ", "),
                     more > 0 ? fmt::format(" and {} more", more) : "");
}

// What the codecs did, and from where on they pay.
void write_coding(std::ostream& out, const CollectiveRun& run, const CollectiveResult& result) {
  const Compression& compression = *run.compression;
  const CodedResult& coded = *result.coded;
  const bool sums = collective(run.call.kind).reduces;
  out << fmt::format(
      "  compression: {} on {}{}\n"
      "    {:.2f} times smaller, {}\n"
      "    encoding {}, decoding {} of a rank ({}); {} exposed\n"
      "    {} without it: {:.3f} times as fast\n",
      compression.name, compression.tensor,
      sums ? fmt::format(", summed by {}", name_of(compression.coding.exchange)) : "", coded.ratio,
      lost_sentence(compression.error), to_text(coded.coding.encode), to_text(coded.coding.decode),
      compression.speeds, to_text(coded.exposed), to_text(coded.plain),
      coded.speed_up(result.time));
  if (compression.error_feedback) {
    out << fmt::format("    error feedback keeps {} on each rank\n", to_text(coded.feedback));
  }
  const BreakEven even = break_even(run);
  if (even.links) {
    out << fmt::format("    pays on links up to {:.4g} times as fast{}\n", *even.links,
                       even.link ? fmt::format(", the busiest at {}", to_text(*even.link)) : "");
  } else {
    out << fmt::format(
        "    {} here, and no bandwidth of the links was found below which alone it "
        "pays\n",
        even.pays ? "pays" : "does not pay");
  }
  if (even.speed) {
    out << fmt::format("    pays with codecs from {:.4g} times as fast{}\n", *even.speed,
                       even.codec ? fmt::format(", {} both ways", to_text(*even.codec)) : "");
  }
  if (even.density) {
    out << fmt::format("    pays below a density of {:.3g} %\n", 100 * *even.density);
  }
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
                       longer_text(time, alternative.time)})
        << '\n';
  }
  out << '\n';
}

// A time that was not simulated has no schedule to explain; its model says what it is made of.
void write_model(std::ostream& out, const ScenarioPoint& point) {
  for (const std::string& line : point.model->explanation(point.run)) out << "  " << line << '\n';
  out << '\n';
}

}  // namespace

void explain(std::ostream& out, const ScenarioPoint& asked) {
  const SettledPoint done = settled(asked);
  const ScenarioPoint& point = done.point;
  const CollectiveResult& result = done.result;
  const CollectiveRun& run = point.run;
  const Collective& kind = collective(run.call.kind);
  out << fmt::format("{} of {} by {} on {} ranks, {}: {}\n", kind.name, to_text(run.call.size),
                     point.algorithm, run.cluster->topology.rank_count(), network_name(point),
                     to_text(result.time));
  for (const auto& [path, value] : point.choices) out << fmt::format("  {} = {}\n", path, value);
  if (point.model != nullptr) {
    write_model(out, point);
    write_bound(out, result);
    return;
  }
  write_servers(out, run);
  out << fmt::format("  algbw {}, busbw {}, {} messages\n", rate_text(result.algbw),
                     rate_text(result.busbw), result.messages);
  out << fmt::format("  simulated {}\n\n", how_simulated(result, run));
  write_split(out, result);
  write_bound(out, result);
  if (result.coded) write_coding(out, run, result);
  const auto write = [&](std::string_view title, const std::vector<Alternative>& alternatives) {
    write_alternatives(out, title, result.time, alternatives);
  };
  write("with better links", better_links(run));
  write(fmt::format("with other routes (seed {})", run.seed), other_routes(run));
  write("with rings in another order", other_ring_orders(run));
  write("with ranks placed otherwise (random: seed 1)", other_placements(run));
  const bool own_schedule = result.coded && collective(run.call.kind).reduces &&
                            run.compression->coding.exchange != Exchange::kAllReduce;
  if (!own_schedule) write("with other algorithms, at their defaults", other_algorithms(run));
  out << std::flush;
}

void explain_json(std::ostream& out, const ScenarioPoint& asked) {
  const SettledPoint done = settled(asked);
  nlohmann::ordered_json row = record(done.point, done.result);
  row["break_even"] = nullptr;
  if (done.result.coded) {
    const BreakEven even = break_even(done.point.run);
    const auto or_null = [](const auto& value) {
      return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
    };
    const auto rate = [&](const std::optional<Bandwidth>& value) {
      return value ? nlohmann::ordered_json(value->bytes_per_second())
                   : nlohmann::ordered_json(nullptr);
    };
    row["break_even"] = {{"pays", even.pays},
                         {"below_links_times", or_null(even.links)},
                         {"below_busiest_link_Bps", rate(even.link)},
                         {"above_codec_times", or_null(even.speed)},
                         {"above_codec_Bps", rate(even.codec)},
                         {"below_density", or_null(even.density)}};
  }
  out << dumped(row) << '\n' << std::flush;
}

}  // namespace commsim
