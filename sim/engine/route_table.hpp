// The routes that a run uses, each found once and shared by all messages between its ends.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "sim/engine/message.hpp"
#include "topology/routing.hpp"
#include "topology/topology.hpp"

namespace commsim {

constexpr RouteId kNoRoute = UINT32_MAX;

/// One way from rank to rank.
struct Route {
  std::uint32_t first = 0;  ///< into the table of links
  std::uint32_t hops = 0;
  Bandwidth narrowest;
  Duration latency{0};  ///< sum over the links
  Rank from = 0;
  Rank to = 0;
  RouteId sibling = kNoRoute;  ///< another route between the same ranks
  std::int64_t messages = 0;
  Bytes bytes;            ///< carried so far
  Bytes priced_size{-1};  ///< the size whose wire time was asked for last
  Duration priced_time{0};

  /// L / B on the narrowest link. Sizes repeat, so the last answer is kept.
  Duration wire_time(Bytes size) {
    if (size != priced_size) {
      priced_size = size;
      priced_time = size / narrowest;
    }
    return priced_time;
  }
};

/// Grows with the pairs that talk to each other, never with all pairs.
class RouteTable {
 public:
  RouteTable(const Topology& topology, const RoutingPolicy& policy, std::uint64_t seed)
      : topology_(&topology), router_(topology, policy, seed) {}

  /// The route of a flow: amortised O(1), and a search of the graph the first time. Flows between
  /// the same ranks over the same links share one route.
  RouteId find(Rank from, Rank to, std::uint32_t flow);

  Route& operator[](RouteId id) { return routes_[id]; }
  const Route& operator[](RouteId id) const { return routes_[id]; }
  [[nodiscard]] std::size_t size() const { return routes_.size(); }
  [[nodiscard]] std::span<const LinkId> links(const Route& route) const {
    return std::span(links_).subspan(route.first, route.hops);
  }

  /// What each link of the topology has carried, by link.
  struct Totals {
    std::vector<Bytes> bytes;
    std::vector<std::int64_t> messages;
  };
  [[nodiscard]] Totals totals() const;

 private:
  RouteId intern(std::span<const LinkId> links, Rank from, Rank to, std::uint64_t pair);

  const Topology* topology_;
  Router router_;
  std::vector<Route> routes_;
  std::vector<LinkId> links_;
  std::unordered_map<std::uint64_t, RouteId> by_flow_;
  std::unordered_map<std::uint64_t, RouteId> by_pair_;  // the first of its siblings
  std::vector<LinkId> found_;                           // scratch
};

}  // namespace commsim
