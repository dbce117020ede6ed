// A Topology as a graph of Boost.Graph (BidirectionalGraph, VertexListGraph, EdgeListGraph),
// without a copy: vertices are DeviceIds, edges are LinkIds. Slow to compile: include it only where
// it is used.
#pragma once

#include <boost/graph/graph_traits.hpp>
#include <boost/graph/properties.hpp>
#include <boost/iterator/counting_iterator.hpp>
#include <boost/property_map/property_map.hpp>
#include <utility>

#include "topology/topology.hpp"

template <>
struct boost::graph_traits<commsim::Topology> {
  struct traversal_category : bidirectional_graph_tag,
                              vertex_list_graph_tag,
                              edge_list_graph_tag {};
  using vertex_descriptor = commsim::DeviceId;
  using edge_descriptor = commsim::LinkId;
  using directed_category = bidirectional_tag;
  using edge_parallel_category = allow_parallel_edge_tag;
  using vertices_size_type = std::size_t;
  using edges_size_type = std::size_t;
  using degree_size_type = std::size_t;
  using vertex_iterator = counting_iterator<commsim::DeviceId>;
  using edge_iterator = counting_iterator<commsim::LinkId>;
  using out_edge_iterator = const commsim::LinkId*;
  using in_edge_iterator = const commsim::LinkId*;
  static vertex_descriptor null_vertex() { return UINT32_MAX; }
};

template <>
struct boost::property_map<commsim::Topology, boost::vertex_index_t> {
  using type = typed_identity_property_map<commsim::DeviceId>;
  using const_type = type;
};

namespace commsim {

using TopologyTraits = boost::graph_traits<Topology>;

inline DeviceId source(LinkId link, const Topology& g) { return g.link(link).from; }
inline DeviceId target(LinkId link, const Topology& g) { return g.link(link).to; }
inline std::size_t num_vertices(const Topology& g) { return g.devices().size(); }
inline std::size_t num_edges(const Topology& g) { return g.links().size(); }
inline std::size_t out_degree(DeviceId device, const Topology& g) {
  return g.out_links(device).size();
}

inline std::pair<const LinkId*, const LinkId*> out_edges(DeviceId device, const Topology& g) {
  const auto links = g.out_links(device);
  return {links.data(), links.data() + links.size()};
}

inline std::size_t in_degree(DeviceId device, const Topology& g) {
  return g.in_links(device).size();
}

inline std::pair<const LinkId*, const LinkId*> in_edges(DeviceId device, const Topology& g) {
  const auto links = g.in_links(device);
  return {links.data(), links.data() + links.size()};
}

inline auto vertices(const Topology& g) {
  return std::pair(TopologyTraits::vertex_iterator(0),
                   TopologyTraits::vertex_iterator(static_cast<DeviceId>(num_vertices(g))));
}

inline auto edges(const Topology& g) {
  return std::pair(TopologyTraits::edge_iterator(0),
                   TopologyTraits::edge_iterator(static_cast<LinkId>(num_edges(g))));
}

inline boost::typed_identity_property_map<DeviceId> get(boost::vertex_index_t /*tag*/,
                                                        const Topology& /*graph*/) {
  return {};
}

}  // namespace commsim
