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

/// Of a graph of `vertices` vertices; parallel edges add up. REQUIRES: capacities are not negative
/// and their sum fits 63 bits. O(vertices^3) at worst (Goldberg and Tarjan, JACM 35(4), 1988).
MaxFlow max_flow(std::uint32_t vertices, std::span<const FlowEdge> edges, std::uint32_t source,
                 std::uint32_t sink);

}  // namespace commsim
