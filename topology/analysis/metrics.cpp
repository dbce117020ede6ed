#include "topology/analysis/metrics.hpp"

#include <algorithm>
#include <boost/graph/dijkstra_shortest_paths_no_color_map.hpp>
#include <boost/graph/reverse_graph.hpp>
#include <boost/property_map/function_property_map.hpp>

#include "core/error.hpp"
#include "topology/analysis/few_weights.hpp"
#include "topology/boost_view.hpp"

namespace commsim {
namespace {

// Sums that do not fit stop at "unreachable" instead of wrapping.
std::int64_t saturating_sum(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

// Along the links, or against them.
struct Forwards {
  const Topology& topology;
  [[nodiscard]] std::span<const LinkId> out_links(DeviceId id) const {
    return topology.out_links(id);
  }
  [[nodiscard]] DeviceId head(LinkId id) const { return topology.link(id).to; }
};
struct Backwards {
  const Topology& topology;
  [[nodiscard]] std::span<const LinkId> out_links(DeviceId id) const {
    return topology.in_links(id);
  }
  [[nodiscard]] DeviceId head(LinkId id) const { return topology.link(id).from; }
};

// Along the edges of `graph`, which is the topology or its reverse.
template <typename Graph, typename Weight>
std::vector<std::int64_t> by_heap(const Graph& graph, const Topology& topology, Rank from,
                                  Weight weight) {
  using Edge = typename boost::graph_traits<Graph>::edge_descriptor;
  std::vector<std::int64_t> of_device(topology.devices().size());
  const auto index = get(boost::vertex_index, topology);
  const auto map = boost::make_iterator_property_map(of_device.begin(), index);
  boost::dijkstra_shortest_paths_no_color_map(
      graph, topology.device_of(from),
      boost::vertex_index_map(index)
          .distance_map(map)
          .weight_map(boost::make_function_property_map<Edge>(weight))
          .distance_combine(&saturating_sum)
          .distance_inf(INT64_MAX));
  return of_device;
}

std::vector<std::int64_t> of_ranks(const Topology& topology,
                                   const std::vector<std::int64_t>& of_device) {
  std::vector<std::int64_t> of_rank;
  of_rank.reserve(topology.ranks().size());
  for (const DeviceId device : topology.ranks()) of_rank.push_back(of_device[device]);
  return of_rank;
}

template <typename Weight>
std::vector<std::int64_t> distances(const Topology& topology, Rank from, Weight weight) {
  const Forwards graph{topology};
  const auto near =
      FewWeights(graph, topology.devices().size(), weight).from(topology.device_of(from));
  return of_ranks(topology, near ? *near : by_heap(topology, topology, from, weight));
}

template <typename Weight>
std::int64_t diameter(const Topology& topology, Weight weight) {
  const int sweeps = topology.rank_count() > kMostSweptRanks ? 1 : 4;
  const bool exact = topology.rank_count() <= kMostExactRanks;
  const Rank searches = exact ? topology.rank_count() : sweeps;
  std::int64_t longest = 0;
  Rank from = 0;
  for (Rank i = 0; i < searches; ++i) {
    const auto far = distances(topology, from, weight);
    const auto farthest = std::ranges::max_element(far);
    longest = std::max(longest, *farthest);
    from = exact ? from + 1 : static_cast<Rank>(farthest - far.begin());
  }
  return longest;
}

auto latency_of(const Topology& topology) {
  return [&topology](LinkId link) { return topology.link(link).latency.count(); };
}

std::int64_t one_link(LinkId /*link*/) { return 1; }

}  // namespace

std::vector<Duration> least_latencies(const Topology& topology, Rank from) {
  const auto picoseconds = distances(topology, from, latency_of(topology));
  return {picoseconds.begin(), picoseconds.end()};
}

std::vector<Duration> least_latencies_to(const Topology& topology, Rank to) {
  const auto latency = latency_of(topology);
  const Backwards graph{topology};
  auto near = FewWeights(graph, topology.devices().size(), latency).from(topology.device_of(to));
  if (!near) {
    const auto backwards = boost::make_reverse_graph(topology);
    using Edge = boost::graph_traits<std::remove_const_t<decltype(backwards)>>::edge_descriptor;
    near = by_heap(backwards, topology, to,
                   [&](const Edge& edge) { return latency(edge.underlying_descx); });
  }
  const auto picoseconds = of_ranks(topology, *near);
  return {picoseconds.begin(), picoseconds.end()};
}

std::vector<std::int64_t> fewest_links(const Topology& topology, Rank from) {
  return distances(topology, from, one_link);
}

Duration latency_diameter(const Topology& topology) {
  return Duration{diameter(topology, latency_of(topology))};
}

std::int64_t hop_diameter(const Topology& topology) { return diameter(topology, one_link); }

}  // namespace commsim
