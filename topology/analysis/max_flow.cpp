// Boost's push_relabel_max_flow wants a graph of lists, built anew for each pair of vertices, which
// took longer than all else that small clusters need before they are simulated.
#include "topology/analysis/max_flow.hpp"

#include <algorithm>

namespace commsim {

FlowNetwork::FlowNetwork(std::uint32_t vertices, std::span<const FlowEdge> edges)
    : edges_(edges.begin(), edges.end()),
      begin_(vertices + std::size_t{1}),
      arcs_(2 * edges.size()),
      left_(2 * edges.size()) {
  for (const FlowEdge& edge : edges) {
    ++begin_[edge.from + 1];
    ++begin_[edge.to + 1];
  }
  for (std::size_t v = 0; v < vertices; ++v) begin_[v + 1] += begin_[v];
  std::vector<std::uint32_t> end(begin_.begin(), begin_.end() - 1);
  for (std::size_t i = 0; i < edges.size(); ++i) {
    arcs_[end[edges[i].from]++] = static_cast<Arc>(2 * i);
    arcs_[end[edges[i].to]++] = static_cast<Arc>(2 * i + 1);
  }
}

// Numbers the vertices by their distance from the source. False if the sink is out of reach; then
// all that are numbered are on the source's side.
bool FlowNetwork::level(std::uint32_t source, std::uint32_t sink) {
  level_.assign(begin_.size() - 1, 0);
  level_[source] = 1;
  open_.assign(1, source);
  for (std::size_t i = 0; i < open_.size(); ++i) {
    const std::uint32_t vertex = open_[i];
    for (std::uint32_t a = begin_[vertex]; a < begin_[vertex + 1]; ++a) {
      const std::uint32_t to = head(arcs_[a]);
      if (left_[arcs_[a]] == 0 || level_[to] > 0) continue;
      level_[to] = level_[vertex] + 1;
      if (to == sink) return true;
      open_.push_back(to);
    }
  }
  return false;
}

// Sends what the next shortest way to the sink carries; 0 if there is none left.
std::int64_t FlowNetwork::augment(std::uint32_t source, std::uint32_t sink) {
  path_.clear();
  std::uint32_t at = source;
  while (at != sink) {
    std::uint32_t& next = next_[at];
    while (next < begin_[at + 1] &&
           (left_[arcs_[next]] == 0 || level_[head(arcs_[next])] != level_[at] + 1)) {
      ++next;
    }
    if (next < begin_[at + 1]) {
      path_.push_back(arcs_[next]);
      at = head(path_.back());
    } else if (at == source) {
      return 0;
    } else {  // a dead end
      level_[at] = 0;
      at = head(path_.back() ^ 1U);
      path_.pop_back();
    }
  }
  std::int64_t most = INT64_MAX;
  for (const Arc arc : path_) most = std::min(most, left_[arc]);
  for (const Arc arc : path_) {
    left_[arc] -= most;
    left_[arc ^ 1U] += most;
  }
  return most;
}

MaxFlow FlowNetwork::flow(std::uint32_t source, std::uint32_t sink) {
  for (std::size_t i = 0; i < edges_.size(); ++i) {
    left_[2 * i] = edges_[i].capacity;
    left_[2 * i + 1] = 0;
  }
  MaxFlow result;
  while (level(source, sink)) {
    next_.assign(begin_.begin(), begin_.end() - 1);
    while (const std::int64_t more = augment(source, sink)) result.value += more;
  }
  result.source_side.resize(level_.size());
  for (std::size_t v = 0; v < level_.size(); ++v) result.source_side[v] = level_[v] > 0;
  return result;
}

MaxFlow max_flow(std::uint32_t vertices, std::span<const FlowEdge> edges, std::uint32_t source,
                 std::uint32_t sink) {
  return FlowNetwork(vertices, edges).flow(source, sink);
}

}  // namespace commsim
