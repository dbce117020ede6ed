#include "sim/workload/bound.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/index.hpp"
#include "topology/analysis/metrics.hpp"

namespace commsim {
namespace {

// `size` over links of `bits` per second in all, rounded down: a bound must not be above the truth.
Duration least_time(Bytes size, Int128 bits) {
  if (bits <= 0) return Duration{0};
  const Int128 picoseconds = Int128{size.count()} * 8'000'000'000'000 / bits;
  if (picoseconds > Int128{INT64_MAX}) throw_time_overflow();
  return Duration{static_cast<std::int64_t>(picoseconds)};
}

std::string_view in_words(std::string_view text) { return text; }

// "ranks 0 to 3", "ranks 0, 2 and 4 more".
std::string in_words(const std::vector<Rank>& ranks) {
  if (ranks.size() == 1) return fmt::format("rank {}", ranks.front());
  const bool consecutive = ranks.back() - ranks.front() + 1 == static_cast<Rank>(ranks.size());
  if (consecutive) return fmt::format("ranks {} to {}", ranks.front(), ranks.back());
  constexpr std::size_t kShown = 4;
  const auto shown = std::span(ranks).first(std::min(kShown, ranks.size()));
  const std::string more =
      ranks.size() > kShown ? fmt::format(" and {} more", ranks.size() - kShown) : "";
  return fmt::format("ranks {}{}", fmt::join(shown, ", "), more);
}

// Keeps the largest bandwidth term and its reason.
class Largest {
 public:
  // The reason is put into words only if it counts: a sweep asks some hundred times a point.
  template <typename... Words>
  void offer(Duration time, const Words&... reason) {
    if (time <= best_.bandwidth) return;
    best_.bandwidth = time;
    best_.reason.clear();
    (best_.reason.append(in_words(reason)), ...);
  }

  LowerBound finish(Duration latency) {
    best_.latency = latency;
    best_.time = std::max(best_.bandwidth, latency);
    if (latency > best_.bandwidth) best_.reason = "the latency of the farthest ranks";
    if (best_.reason.empty()) best_.reason = "nothing to send";
    return std::move(best_);
  }

 private:
  LowerBound best_;
};

// What must cross the edges of the cluster's parts in one collective.
class Cuts {
 public:
  Cuts(const Cluster& cluster, const CollectiveCall& call, Largest& largest)
      : cluster_(cluster), call_(call), collective_(collective(call.kind)), largest_(largest) {}

  template <typename Name>
  void each(const RankCut& part, const Name& name) {
    const bool holds_root = std::ranges::find(part.ranks, call_.root) != part.ranks.end();
    each({.in = part.bits_in, .out = part.bits_out}, part.ranks.size(), holds_root, name);
  }

  // The root, and of each kind of ranks the first that is not the root, in the order of ranks.
  void each(const LoneRanks& alone) {
    std::vector<Rank> shown;
    if (call_.root >= 0 && call_.root < cluster_.topology.rank_count()) shown = {call_.root};
    for (const LoneRanks::Kind& kind : alone.kinds()) {
      const Rank rank = kind.first == call_.root ? kind.second : kind.first;
      if (rank >= 0) shown.push_back(rank);
    }
    std::ranges::sort(shown);
    for (const Rank rank : shown) each(alone.edge(rank), 1, rank == call_.root, "a rank");
  }

  void together(std::span<const RankCut> parts, std::string_view name) {
    Int128 in = 0;
    Int128 out = 0;
    for (const RankCut& part : parts) {
      in += part.bits_in;
      out += part.bits_out;
    }
    together({.in = in, .out = out}, parts.size(), name);
  }
  void together(const LoneRanks& alone, std::string_view name) {
    together(alone.all(), static_cast<std::size_t>(cluster_.topology.rank_count()), name);
  }

 private:
  template <typename Name>
  void each(const RankEdge& edge, std::size_t ranks, bool holds_root, const Name& name) {
    const Cut cut{.inside = static_cast<std::int64_t>(ranks),
                  .ranks = cluster_.topology.rank_count(),
                  .holds_root = holds_root,
                  .element = call_.element};
    largest_.offer(least_time(collective_.must_enter(call_.size, cut), edge.in), "what must enter ",
                   name);
    largest_.offer(least_time(collective_.must_leave(call_.size, cut), edge.out),
                   "what must leave ", name);
  }
  void together(const RankEdge& edge, std::size_t parts, std::string_view name) {
    const Bytes bytes = collective_.must_cross(call_.size, static_cast<std::int64_t>(parts));
    largest_.offer(least_time(bytes, std::min(edge.in, edge.out)), "what the ", name,
                   " must send to each other");
  }

  const Cluster& cluster_;
  const CollectiveCall& call_;
  const Collective& collective_;
  Largest& largest_;
};

Duration least_latency(const Cluster& cluster, const CollectiveCall& call) {
  if (!collective(call.kind).rooted) return cluster.latency_diameter;
  const bool to_root = call.kind == CollectiveKind::kReduce || call.kind == CollectiveKind::kGather;
  const auto latencies = to_root ? least_latencies_to(cluster.topology, call.root)
                                 : least_latencies(cluster.topology, call.root);
  return *std::max_element(latencies.begin(), latencies.end());
}

}  // namespace

LowerBound lower_bound(const Cluster& cluster, const CollectiveCall& call, bool helpers_combine) {
  Largest largest;
  if (cluster.topology.rank_count() == 1) return largest.finish(Duration{0});
  Cuts cuts(cluster, call, largest);
  cuts.each(cluster.alone);
  for (const RankCut& server : cluster.servers) cuts.each(server, "a server");
  cuts.each(cluster.half, "half of the ranks");
  for (const RankCut& part : cluster.worst_cuts) cuts.each(part, part.ranks);
  if (!helpers_combine) {
    cuts.together(cluster.alone, "ranks");
    if (!cluster.servers.empty()) cuts.together(cluster.servers, "servers");
  }
  return largest.finish(least_latency(cluster, call));
}

LowerBound traffic_bound(const Cluster& cluster, const Program& program) {
  const auto participants = static_cast<std::size_t>(program.participants());
  std::vector<Bytes> in(participants);
  std::vector<Bytes> out(participants);
  Duration latency{0};
  Rank searched = 0;
  Step step;
  const Rank ranks = cluster.topology.rank_count();
  for (Rank rank = 0; rank < program.participants(); ++rank) {
    std::vector<Duration> latencies;  // from this rank, once it is known to send
    for (int lane = 0; lane < program.lanes(); ++lane) {
      for (int s = 0; s < program.steps(rank, lane); ++s) {
        step.clear();
        program.step(rank, lane, s, step);
        for (const Transfer& send : step.sends()) {
          const auto peer = static_cast<std::size_t>(send.peer);
          out[static_cast<std::size_t>(rank)] += send.size;
          in[peer] += send.size;
          if (latencies.empty() && rank < ranks && searched < kMostExactRanks) {
            latencies = least_latencies(cluster.topology, rank);
            ++searched;
          }
          if (!latencies.empty() && send.peer < ranks) {
            latency = std::max(latency, latencies[peer]);
          }
        }
      }
    }
  }
  Largest largest;
  for (Rank r = 0; r < std::min(ranks, program.participants()); ++r) {
    const RankEdge& edge = cluster.alone.edge(r);
    largest.offer(least_time(in[index(r)], edge.in), "what the busiest rank receives");
    largest.offer(least_time(out[index(r)], edge.out), "what the busiest rank sends");
  }
  return largest.finish(latency);
}

}  // namespace commsim
