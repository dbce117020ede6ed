// The routes that a run uses, each found once and shared by all messages between its ends.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "core/chunked.hpp"
#include "sim/engine/end_cables.hpp"
#include "sim/engine/fold.hpp"
#include "sim/engine/message.hpp"
#include "sim/engine/pair_table.hpp"
#include "sim/engine/shared_ways.hpp"
#include "topology/routing.hpp"
#include "topology/topology.hpp"

namespace commsim {

constexpr std::uint32_t kNoShares = UINT32_MAX;

/// A way through the network. Participants that have one cable each share the way between the ends
/// of these cables with all others there, if their cables are alike.
struct Route {
  std::uint32_t first = 0;    ///< into the table of links
  std::uint32_t between = 0;  ///< links there: all, or those between the cables of its ends
  std::uint32_t hops = 0;     ///< links, those of all routes together if a message is spread
  std::uint32_t first_share = kNoShares;  ///< of a spread route, into the table of shares
  Bandwidth narrowest;                    ///< what a message gets that has all links to itself
  Duration latency{0};     ///< sum over the links, the largest of all routes of a spread message
  std::int64_t whole = 1;  ///< 1: each link carries messages whole; PlannedRoute::whole
  Bytes bytes;             ///< carried so far
  Bytes priced_size{-1};   ///< the size whose wire time was asked for last
  Duration priced_time{0};

  [[nodiscard]] bool is_shared() const { return between < hops; }
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

  /// The route of one pair of participants.
  struct Use {
    Rank from = 0;
    Rank to = 0;
    std::uint32_t route = 0;     ///< into the table of routes
    RouteId sibling = kNoRoute;  ///< another route between the same participants
  };

  /// `endpoints` holds the device of each participant, at most 2^20; it outlives the table.
  RouteTable(const Topology& topology, std::span<const DeviceId> endpoints,
             const RoutingPolicy& policy, RoutingSettings settings, const Fold* fold = nullptr);

  /// The route of a flow between participants on different devices: amortised O(1), and a search of
  /// the graph the first time. Flows between the same participants over the same links share one
  /// number. Of an adaptive policy: one of the alternatives, for take() to choose from.
  RouteId find(Rank from, Rank to, std::uint32_t flow);

  /// The route that a message takes which is sent now, and that it has arrived. Only adaptive
  /// policies choose here.
  RouteId take(RouteId found, Bytes size) {
    return adaptive_ ? take_least_loaded(found, size) : found;
  }
  void give_back(RouteId taken, Bytes size) {
    if (adaptive_) unload(taken, size);
  }
  /// Whether the order of take() and give_back() matters.
  [[nodiscard]] bool adaptive() const { return adaptive_; }

  [[nodiscard]] const Use& use(RouteId id) const { return uses_[id]; }
  [[nodiscard]] std::size_t participants() const { return endpoints_.size(); }
  [[nodiscard]] bool folded() const { return fold_ != nullptr; }
  Route& operator[](RouteId id) { return routes_[uses_[id].route]; }
  [[nodiscard]] std::span<const Route> routes() const { return routes_; }
  /// Valid until the next call, like shares(). O(hops).
  std::span<const LinkId> links(RouteId id);
  /// As in PlannedRoute: empty unless the route is spread.
  std::span<const std::int64_t> shares(RouteId id);
  /// Those that a shared route has between its ends, or all of another route.
  [[nodiscard]] std::span<const LinkId> links_between(const Route& route) const {
    return std::span(links_).subspan(route.first, route.between);
  }
  [[nodiscard]] std::span<const std::int64_t> shares_between(const Route& route) const {
    if (route.first_share == kNoShares) return {};
    return std::span(shares_).subspan(route.first_share, route.between);
  }
  /// The only cable on which a participant sends or receives, which a shared route starts and ends
  /// with.
  [[nodiscard]] LinkId only_out(Rank from) const { return cables_.out(from); }
  [[nodiscard]] LinkId only_in(Rank to) const { return cables_.in(to); }

  /// Notes that messages of so many bytes together have taken a route.
  void count(RouteId id, Bytes bytes) {
    const Use& use = uses_[id];
    Route& route = routes_[use.route];
    route.bytes += bytes;
    if (route.is_shared()) cables_.count(use.from, use.to, bytes);
  }
  /// The bytes of all messages that were counted.
  [[nodiscard]] Bytes counted() const;

  /// What each link of the topology has carried, by link. Of split messages it is the exact share,
  /// rounded up once for all of them together: up to `rounding` more.
  struct Totals {
    std::vector<Bytes> bytes;
    std::vector<Bytes> rounding;  ///< empty if nothing was spread
  };
  [[nodiscard]] Totals totals() const;

 private:
  using Pair = PairTable::Pair;
  // Of a pair with several flows: how many were asked for, and the route that was found last.
  struct Several {
    std::uint32_t flows = 1;
    RouteId latest = kNoRoute;
  };

  RouteId find_another(Rank from, Rank to, std::uint32_t flow, const Pair& pair);
  RouteId plan_by_receiver(Rank from, Rank to, std::uint32_t flow);
  RouteId plan(const Use& ends, std::uint32_t flow, std::uint32_t turn, RouteId& latest);
  RouteId intern(Use use, const PlannedRoute& planned, RouteId& latest);
  [[nodiscard]] bool starts_and_ends_with_cables(const Use& use, const PlannedRoute& planned) const;
  std::uint32_t add_shared(const PlannedRoute& planned);
  std::uint32_t add(const PlannedRoute& planned, const PlannedRoute& stored);
  [[nodiscard]] Duration latency(const PlannedRoute& planned) const;
  RouteId take_least_loaded(RouteId found, Bytes size);
  void unload(RouteId taken, Bytes size);

  const Topology* topology_;
  std::span<const DeviceId> endpoints_;
  const Fold* fold_;
  bool adaptive_;
  bool by_receiver_;
  Router router_;
  std::vector<Route> routes_;
  Chunked<Use> uses_;
  std::vector<LinkId> links_;
  std::vector<std::int64_t> shares_;
  EndCables cables_;
  SharedWays ways_;
  PlannedRoute between_;           // the cables of the route that is added
  std::vector<LinkId> with_ends_;  // of the shared route that was asked for last
  std::vector<std::int64_t> shares_with_ends_;
  std::vector<Bytes> in_flight_;                        // by link; adaptive only
  std::vector<PairTable> pairs_;                        // by sender
  std::unordered_map<std::uint64_t, Several> several_;  // by pair
  std::unordered_map<std::uint64_t, RouteId> by_flow_;  // all but the first flow of each pair
};

}  // namespace commsim
