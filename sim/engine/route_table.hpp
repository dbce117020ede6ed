// The routes that a run uses, each found once and shared by all messages between its ends.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "sim/engine/fold.hpp"
#include "sim/engine/message.hpp"
#include "sim/engine/pair_table.hpp"
#include "topology/routing.hpp"
#include "topology/topology.hpp"

namespace commsim {

constexpr RouteId kNoRoute = UINT32_MAX;
constexpr std::uint32_t kNoShares = UINT32_MAX;

/// One way from participant to participant.
struct Route {
  std::uint32_t first = 0;  ///< into the table of links
  std::uint32_t hops = 0;   ///< links, those of all routes together if a message is spread
  Bandwidth narrowest;      ///< what a message gets that has all links to itself
  Duration latency{0};      ///< sum over the links, the largest of all routes of a spread message
  Rank from = 0;
  Rank to = 0;
  RouteId sibling = kNoRoute;     ///< another route between the same participants
  std::uint32_t first_share = 0;  ///< of a spread route, into the table of shares
  std::int64_t whole = 1;         ///< 1: each link carries messages whole; PlannedRoute::whole
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
  /// An adaptive policy plans up to 64 routes for a pair; all pairs together have at most so many.
  static constexpr std::size_t kMostAlternatives = std::size_t{1} << 22U;

  /// `endpoints` holds the device of each participant, at most 2^20; it outlives the table.
  RouteTable(const Topology& topology, std::span<const DeviceId> endpoints,
             const RoutingPolicy& policy, RoutingSettings settings, const Fold* fold = nullptr);

  /// The route of a flow between participants on different devices: amortised O(1), and a search of
  /// the graph the first time. Flows between the same participants over the same links share one
  /// route. Of an adaptive policy: one of the alternatives, for take() to choose from.
  RouteId find(Rank from, Rank to, std::uint32_t flow);

  /// The route that a message takes which is sent now, and that it has arrived. Only adaptive
  /// policies choose here.
  RouteId take(RouteId found, Bytes size) {
    return adaptive_ ? take_least_loaded(found, size) : found;
  }
  void give_back(RouteId taken, Bytes size) {
    if (adaptive_) unload(routes_[taken], size);
  }

  Route& operator[](RouteId id) { return routes_[id]; }
  const Route& operator[](RouteId id) const { return routes_[id]; }
  [[nodiscard]] std::size_t size() const { return routes_.size(); }
  [[nodiscard]] std::span<const LinkId> links(const Route& route) const {
    return std::span(links_).subspan(route.first, route.hops);
  }
  /// As in PlannedRoute: empty unless the route is spread.
  [[nodiscard]] std::span<const std::int64_t> shares(const Route& route) const {
    if (route.first_share == kNoShares) return {};
    return std::span(shares_).subspan(route.first_share, route.hops);
  }

  /// What each link of the topology has carried, by link. Of split messages it is the exact share,
  /// rounded up once for all of them together: up to `rounding` more.
  struct Totals {
    std::vector<Bytes> bytes;
    std::vector<std::int64_t> messages;  ///< or parts of messages
    std::vector<Bytes> rounding;         ///< empty if nothing was spread
  };
  [[nodiscard]] Totals totals() const;

 private:
  using Pair = PairTable::Pair;
  RouteId find_another(Rank from, Rank to, std::uint32_t flow, Pair& pair);
  RouteId plan(Rank from, Rank to, std::uint32_t flow, Pair& pair);
  RouteId intern(const PlannedRoute& planned, const Route& alone, Pair& pair);
  [[nodiscard]] Duration latency(const PlannedRoute& planned) const;
  RouteId take_least_loaded(RouteId found, Bytes size);
  void unload(const Route& route, Bytes size);

  const Topology* topology_;
  std::span<const DeviceId> endpoints_;
  const Fold* fold_;
  bool adaptive_;
  Router router_;
  std::vector<Route> routes_;
  std::vector<LinkId> links_;
  std::vector<std::int64_t> shares_;
  std::vector<Bytes> in_flight_;                        // by link; adaptive only
  std::vector<PairTable> pairs_;                        // by sender
  std::unordered_map<std::uint64_t, RouteId> by_flow_;  // all but the first flow of each pair
};

}  // namespace commsim
