#include "topology/metrics.hpp"

#include <algorithm>
#include <boost/graph/dijkstra_shortest_paths_no_color_map.hpp>
#include <boost/property_map/function_property_map.hpp>

#include "core/error.hpp"
#include "topology/boost_view.hpp"

namespace commsim {
namespace {

DeviceId device_of(const Topology& topology, Rank rank) {
  return topology.ranks()[static_cast<std::size_t>(rank)];
}

// Sums that do not fit stop at "unreachable" instead of wrapping.
std::int64_t saturating_sum(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

template <typename Weight>
std::vector<std::int64_t> distances(const Topology& topology, Rank from, Weight weight) {
  std::vector<std::int64_t> of_device(topology.devices().size());
  const auto index = get(boost::vertex_index, topology);
  const auto map = boost::make_iterator_property_map(of_device.begin(), index);
  boost::dijkstra_shortest_paths_no_color_map(
      topology, device_of(topology, from),
      boost::vertex_index_map(index)
          .distance_map(map)
          .weight_map(boost::make_function_property_map<LinkId>(weight))
          .distance_combine(&saturating_sum)
          .distance_inf(INT64_MAX));
  std::vector<std::int64_t> of_rank;
  of_rank.reserve(topology.ranks().size());
  for (const DeviceId device : topology.ranks()) of_rank.push_back(of_device[device]);
  return of_rank;
}

template <typename Weight>
std::int64_t diameter(const Topology& topology, Weight weight) {
  constexpr int kSweeps = 4;
  const bool exact = topology.rank_count() <= kMostExactRanks;
  const Rank searches = exact ? topology.rank_count() : kSweeps;
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
  std::vector<Duration> latencies;
  for (const std::int64_t picoseconds : distances(topology, from, latency_of(topology))) {
    latencies.emplace_back(picoseconds);
  }
  return latencies;
}

std::vector<std::int64_t> fewest_links(const Topology& topology, Rank from) {
  return distances(topology, from, one_link);
}

Duration latency_diameter(const Topology& topology) {
  return Duration{diameter(topology, latency_of(topology))};
}

std::int64_t hop_diameter(const Topology& topology) { return diameter(topology, one_link); }

}  // namespace commsim
