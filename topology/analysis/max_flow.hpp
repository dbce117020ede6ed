// Maximum flow between two vertices of a plain graph, and the least cut that limits it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace commsim {

struct FlowEdge {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::int64_t capacity = 0;
};

struct MaxFlow {
  std::int64_t value = 0;
  /// By vertex: whether it is on the source's side of a least cut, the smallest such side.
  std::vector<bool> source_side;
};

/// A graph between whose vertices flows are asked for again and again. Parallel edges add up.
class FlowNetwork {
 public:
  /// REQUIRES: capacities are not negative and their sum fits 63 bits, also after changes.
  FlowNetwork(std::uint32_t vertices, std::span<const FlowEdge> edges);

  void set_capacity(std::size_t edge, std::int64_t capacity) { edges_[edge].capacity = capacity; }
  /// O(vertices^2 edges) at worst, about O(edges) where ways have few links (Dinic, "Algorithm for
  /// solution of a problem of maximum flow in a network with power estimation", Soviet Mathematics
  /// Doklady 11, 1970). REQUIRES: source and sink differ.
  MaxFlow flow(std::uint32_t source, std::uint32_t sink);

 private:
  // Each edge, and its reverse, on which flow can be taken back: arcs 2i and 2i + 1.
  using Arc = std::uint32_t;
  [[nodiscard]] std::uint32_t head(Arc arc) const {
    return arc % 2 == 0 ? edges_[arc / 2].to : edges_[arc / 2].from;
  }
  bool level(std::uint32_t source, std::uint32_t sink);
  std::int64_t augment(std::uint32_t source, std::uint32_t sink);

  std::vector<FlowEdge> edges_;
  std::vector<std::uint32_t> begin_;  // vertex -> first index in arcs_
  std::vector<Arc> arcs_;             // by the vertex that they leave
  std::vector<std::int64_t> left_;    // by arc: what it can still carry
  std::vector<std::uint32_t> level_;  // by vertex: fewest arcs from the source; 0: not reached
  std::vector<std::uint32_t> next_;   // by vertex: the first arc that may still lead on
  std::vector<std::uint32_t> open_;
  std::vector<Arc> path_;
};

/// The flow of a graph that is asked once.
MaxFlow max_flow(std::uint32_t vertices, std::span<const FlowEdge> edges, std::uint32_t source,
                 std::uint32_t sink);

}  // namespace commsim
