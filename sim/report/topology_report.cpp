#include "sim/report/topology_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "core/error.hpp"
#include "core/quantity_text.hpp"
#include "sim/report/text_table.hpp"
#include "sim/workload/bound.hpp"
#include "topology/analysis/ecmp_imbalance.hpp"
#include "topology/analysis/metrics.hpp"

namespace commsim {
namespace {

void write_devices(std::ostream& out, const Cluster& cluster) {
  std::array<std::int64_t, 4> count{};
  for (const Device& device : cluster.topology.devices()) {
    ++count.at(static_cast<std::size_t>(device.kind));
  }
  std::vector<std::string> parts;
  for (std::size_t kind = 0; kind < count.size(); ++kind) {
    if (count.at(kind) == 0) continue;
    parts.push_back(fmt::format("{} {}", count.at(kind), to_text(static_cast<DeviceKind>(kind))));
  }
  out << fmt::format("  devices        {}\n", fmt::join(parts, ", "));
  if (!cluster.servers.empty()) {
    std::set<std::size_t> sizes;
    for (const RankCut& server : cluster.servers) sizes.insert(server.ranks.size());
    out << fmt::format("  servers        {} of {} GPUs\n", cluster.servers.size(),
                       fmt::join(sizes, " or "));
  }
}

void write_links(std::ostream& out, const Topology& topology) {
  for (std::uint16_t medium = 0; medium < topology.media().size(); ++medium) {
    std::int64_t count = 0;
    std::set<Bandwidth> bandwidths;
    std::set<Duration> latencies;
    for (const Link& link : topology.links()) {
      if (link.medium != medium) continue;
      ++count;
      bandwidths.insert(link.bandwidth);
      latencies.insert(link.latency);
    }
    const auto span = [](const auto& values) {
      return values.size() == 1
                 ? to_text(*values.begin())
                 : fmt::format("{} to {}", to_text(*values.begin()), to_text(*values.rbegin()));
    };
    out << fmt::format("  {:<14} {} links of {}, latency {}\n", topology.media()[medium], count,
                       span(bandwidths), span(latencies));
  }
}

// What the servers (without any, the ranks) of the first half can send out, in bits per second;
// nothing if a server lies in both halves.
std::optional<double> sent_by_half(const Cluster& cluster) {
  const auto end = static_cast<Rank>(cluster.half.ranks.size());
  Int128 bits = 0;
  std::size_t ranks = 0;
  for (const RankCut& server : cluster.servers) {
    if (server.ranks.back() >= end) continue;
    bits += server.bits_out;
    ranks += server.ranks.size();
  }
  for (Rank rank = 0; cluster.servers.empty() && rank < end; ++rank, ++ranks) {
    bits += cluster.alone.edge(rank).out;
  }
  if (ranks != cluster.half.ranks.size()) return std::nullopt;
  return static_cast<double>(bits);
}

void write_distances(std::ostream& out, const Cluster& cluster) {
  const Topology& topology = cluster.topology;
  const char* exact = topology.rank_count() <= kMostExactRanks ? "" : "at least ";
  out << fmt::format("  diameter       {}{} links, {}{} of latency\n", exact,
                     hop_diameter(topology), exact, to_text(cluster.latency_diameter));
  if (cluster.half.ranks.empty()) return;
  const auto bisection = static_cast<double>(cluster.half.bits_out);
  constexpr double kBitsPerByte = 8;
  out << fmt::format("  bisection      {} from the first half of the ranks to the second\n",
                     rate_text(bisection / kBitsPerByte));
  if (const auto sent = sent_by_half(cluster)) {
    out << fmt::format("  oversubscribed {:.2f} : 1, what the {} of one half can send, over that\n",
                       *sent / bisection, cluster.servers.empty() ? "ranks" : "servers");
  }
}

void write_imbalance(std::ostream& out, const Topology& topology) {
  const auto ecmp = ecmp_imbalance(topology);
  if (!ecmp) return;
  out << fmt::format(
      "  ecmp           {:.2f} times the load of even spreading on the busiest link, where every "
      "rank sends\n                 to another (mean of {} random patterns; at worst {:.2f})\n",
      ecmp->mean, ecmp->patterns, ecmp->worst);
}

void write_bounds(std::ostream& out, const Cluster& cluster) {
  out << "\n  no schedule can beat, unless switches reduce\n";
  const TextTable table({{.title = "collective", .width = 16, .left = true},
                         {.title = "8 B", .width = 9},
                         {.title = "1 MiB", .width = 9},
                         {.title = "1 GiB", .width = 9},
                         {.title = "at 1 GiB because of", .left = true}});
  out << table.header() << '\n';
  for (const Collective* kind : Registry<Collective>::entries()) {
    if (kind->kind == CollectiveKind::kSendRecv || kind->kind == CollectiveKind::kBarrier) continue;
    std::vector<std::string> cells{std::string(kind->name)};
    std::string reason;
    for (const Bytes size : {8_B, 1_MiB, 1_GiB}) {
      try {
        const LowerBound bound = lower_bound(cluster, {.kind = kind->kind, .size = size});
        cells.push_back(to_text(bound.time));
        reason = bound.reason;
      } catch (const RequestError&) {
        cells.emplace_back("-");  // past the end of the clock
        reason = "more than 106 days";
      }
    }
    cells.push_back(reason);
    out << table.line(cells) << '\n';
  }
}

}  // namespace

void write_topology(std::ostream& out, const Cluster& cluster) {
  write_devices(out, cluster);
  write_links(out, cluster.topology);
  write_distances(out, cluster);
  write_imbalance(out, cluster.topology);
  write_bounds(out, cluster);
  out << '\n' << std::flush;
}

}  // namespace commsim
