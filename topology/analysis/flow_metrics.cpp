// The metrics that are maximum flows.
#include <algorithm>
#include <numeric>

#include "core/error.hpp"
#include "topology/analysis/max_flow.hpp"
#include "topology/analysis/metrics.hpp"

namespace commsim {
namespace {

std::int64_t checked_sum(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) {
    throw RequestError("the bandwidths of the links add up to more than 2^63 bits per second");
  }
  return sum;
}

// Sources merge into one vertex and sinks into another, which equals a super source and a super
// sink behind links without limit, and leaves a far smaller graph.
class Flow {
 public:
  static constexpr DeviceId kSource = 0;
  static constexpr DeviceId kSink = 1;

  explicit Flow(const Topology& topology) : topology_(topology) {}

  template <typename Capacity>
  std::int64_t most(std::span<const Rank> a, std::span<const Rank> b, Capacity capacity) {
    merge(a, b);
    std::vector<FlowEdge> edges;
    std::int64_t sum = 0;
    for (LinkId id = 0; id < topology_.links().size(); ++id) {
      const DeviceId from = vertex_[topology_.link(id).from];
      const DeviceId to = vertex_[topology_.link(id).to];
      if (from == to || to == kSource || from == kSink) continue;
      const std::int64_t limit = capacity(id);
      sum = checked_sum(sum, limit);
      edges.push_back({.from = from, .to = to, .capacity = limit});
    }
    return max_flow(vertices_, merged(std::move(edges)), kSource, kSink).value;
  }

 private:
  void merge(std::span<const Rank> a, std::span<const Rank> b) {
    constexpr DeviceId kOwn = UINT32_MAX;
    vertex_.assign(topology_.devices().size(), kOwn);
    for (const Rank rank : a) vertex_[topology_.device_of(rank)] = kSource;
    for (const Rank rank : b) {
      DeviceId& vertex = vertex_[topology_.device_of(rank)];
      ensure(vertex != kSource, "the two sides of a cut share no rank");
      vertex = kSink;
    }
    vertices_ = 2;
    for (DeviceId& vertex : vertex_) {
      if (vertex == kOwn) vertex = vertices_++;
    }
  }

  // One edge for all parallel ones.
  static std::vector<FlowEdge> merged(std::vector<FlowEdge> edges) {
    const auto ends = [](const FlowEdge& edge) { return std::pair(edge.from, edge.to); };
    std::ranges::sort(edges, {}, ends);
    std::vector<FlowEdge> sums;
    for (const FlowEdge& edge : edges) {
      if (sums.empty() || ends(sums.back()) != ends(edge)) {
        sums.push_back(edge);
      } else {
        sums.back().capacity += edge.capacity;
      }
    }
    return sums;
  }

  const Topology& topology_;
  std::vector<DeviceId> vertex_;  // device -> vertex of the flow graph
  DeviceId vertices_ = 2;
};

}  // namespace

Bandwidth cut_bandwidth(const Topology& topology, std::span<const Rank> a,
                        std::span<const Rank> b) {
  ensure(!a.empty() && !b.empty(), "both sides of a cut hold a rank");
  const std::int64_t bits = Flow(topology).most(
      a, b, [&](LinkId link) { return topology.link(link).bandwidth.bits_per_second(); });
  return Bandwidth::bits_per_second(bits);
}

std::optional<Bandwidth> bisection(const Topology& topology) {
  if (topology.rank_count() < 2) return std::nullopt;
  std::vector<Rank> ranks(topology.ranks().size());
  std::iota(ranks.begin(), ranks.end(), 0);
  const auto half = std::span(ranks).first(ranks.size() / 2);
  return cut_bandwidth(topology, half, std::span(ranks).subspan(half.size()));
}

// A least cut parts rank 0 from some other rank, in one direction or the other.
std::optional<std::int64_t> connectivity(const Topology& topology) {
  if (topology.rank_count() < 2 || topology.rank_count() > kMostExactRanks) return std::nullopt;
  const auto one = [](LinkId /*link*/) { return std::int64_t{1}; };
  const Rank first = 0;
  std::int64_t least = INT64_MAX;
  Flow flow(topology);
  for (Rank other = 1; other < topology.rank_count(); ++other) {
    least = std::min({least, flow.most(std::span(&first, 1), std::span(&other, 1), one),
                      flow.most(std::span(&other, 1), std::span(&first, 1), one)});
  }
  return least;
}

}  // namespace commsim
