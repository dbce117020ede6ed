#include "topology/analysis/max_flow.hpp"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/push_relabel_max_flow.hpp>

namespace commsim {
namespace {

using Plain = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
using FlowGraph = boost::adjacency_list<
    boost::vecS, boost::vecS, boost::directedS, boost::no_property,
    boost::property<
        boost::edge_capacity_t, std::int64_t,
        boost::property<boost::edge_residual_capacity_t, std::int64_t,
                        boost::property<boost::edge_reverse_t, Plain::edge_descriptor>>>>;

// Each direction has a reverse of its own: Boost's conversion of a preflow to a flow goes wrong
// where an edge and its reverse both have a capacity.
void add_one_way(FlowGraph& graph, const FlowEdge& written) {
  const auto edge = boost::add_edge(written.from, written.to, graph).first;
  const auto reverse = boost::add_edge(written.to, written.from, graph).first;
  boost::put(boost::edge_capacity, graph, edge, written.capacity);
  boost::put(boost::edge_capacity, graph, reverse, std::int64_t{0});
  boost::put(boost::edge_reverse, graph, edge, reverse);
  boost::put(boost::edge_reverse, graph, reverse, edge);
}

std::vector<bool> reached_in_residual(const FlowGraph& graph, std::uint32_t source) {
  std::vector<bool> seen(boost::num_vertices(graph));
  std::vector<std::size_t> open{source};
  seen[source] = true;
  while (!open.empty()) {
    const std::size_t vertex = open.back();
    open.pop_back();
    const auto [first, last] = boost::out_edges(vertex, graph);
    for (auto edge = first; edge != last; ++edge) {
      const std::size_t next = boost::target(*edge, graph);
      if (seen[next] || boost::get(boost::edge_residual_capacity, graph, *edge) == 0) continue;
      seen[next] = true;
      open.push_back(next);
    }
  }
  return seen;
}

}  // namespace

MaxFlow max_flow(std::uint32_t vertices, std::span<const FlowEdge> edges, std::uint32_t source,
                 std::uint32_t sink) {
  FlowGraph graph(vertices);
  for (const FlowEdge& edge : edges) {
    const bool idle =
        edge.capacity == 0 || edge.from == edge.to || edge.to == source || edge.from == sink;
    if (!idle) add_one_way(graph, edge);
  }
  MaxFlow result;
  result.value = boost::push_relabel_max_flow(graph, source, sink);
  result.source_side = reached_in_residual(graph, source);
  return result;
}

}  // namespace commsim
