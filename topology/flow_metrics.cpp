// The metrics that are maximum flows.
#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/push_relabel_max_flow.hpp>
#include <numeric>

#include "core/error.hpp"
#include "topology/metrics.hpp"

namespace commsim {
namespace {

using Plain = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
using FlowGraph = boost::adjacency_list<
    boost::vecS, boost::vecS, boost::directedS, boost::no_property,
    boost::property<
        boost::edge_capacity_t, std::int64_t,
        boost::property<boost::edge_residual_capacity_t, std::int64_t,
                        boost::property<boost::edge_reverse_t, Plain::edge_descriptor>>>>;

// What goes from `low` to `high` and back, over all parallel links.
struct Bundle {
  DeviceId low = 0;
  DeviceId high = 0;
  std::int64_t up = 0;
  std::int64_t down = 0;
};

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
    std::vector<Bundle> bundles;
    std::int64_t sum = 0;
    for (LinkId id = 0; id < topology_.links().size(); ++id) {
      const DeviceId from = vertex_[topology_.link(id).from];
      const DeviceId to = vertex_[topology_.link(id).to];
      if (from == to || to == kSource || from == kSink) continue;
      const std::int64_t limit = capacity(id);
      if (from == kSource) sum = checked_sum(sum, limit);
      if (from < to) bundles.push_back({from, to, limit, 0});
      if (from > to) bundles.push_back({to, from, 0, limit});
    }
    const auto ends = [](const Bundle& x) { return std::pair(x.low, x.high); };
    std::ranges::sort(bundles, {}, ends);
    FlowGraph graph(vertices_);
    for (auto first = bundles.begin(); first != bundles.end();) {
      Bundle all{first->low, first->high};
      for (; first != bundles.end() && ends(*first) == ends(all); ++first) {
        all.up = checked_sum(all.up, first->up);
        all.down = checked_sum(all.down, first->down);
      }
      add(graph, all);
    }
    return boost::push_relabel_max_flow(graph, kSource, kSink);
  }

 private:
  void merge(std::span<const Rank> a, std::span<const Rank> b) {
    constexpr DeviceId kOwn = UINT32_MAX;
    vertex_.assign(topology_.devices().size(), kOwn);
    for (const Rank rank : a) vertex_[topology_.ranks()[static_cast<std::size_t>(rank)]] = kSource;
    for (const Rank rank : b) {
      DeviceId& vertex = vertex_[topology_.ranks()[static_cast<std::size_t>(rank)]];
      ensure(vertex != kSource, "the two sides of a cut share no rank");
      vertex = kSink;
    }
    vertices_ = 2;
    for (DeviceId& vertex : vertex_) {
      if (vertex == kOwn) vertex = vertices_++;
    }
  }

  // Each direction has a reverse of its own: Boost's conversion of a preflow to a flow goes wrong
  // where an edge and its reverse both have a capacity.
  static void add(FlowGraph& graph, const Bundle& bundle) {
    add_one_way(graph, bundle.low, bundle.high, bundle.up);
    add_one_way(graph, bundle.high, bundle.low, bundle.down);
  }

  static void add_one_way(FlowGraph& graph, DeviceId from, DeviceId to, std::int64_t capacity) {
    if (capacity == 0) return;
    const auto edge = boost::add_edge(from, to, graph).first;
    const auto reverse = boost::add_edge(to, from, graph).first;
    boost::put(boost::edge_capacity, graph, edge, capacity);
    boost::put(boost::edge_capacity, graph, reverse, std::int64_t{0});
    boost::put(boost::edge_reverse, graph, edge, reverse);
    boost::put(boost::edge_reverse, graph, reverse, edge);
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
