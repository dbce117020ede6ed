// Which pairs of participants take the same way between the cables at their ends.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "sim/engine/pair_table.hpp"
#include "topology/routing.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// Finds the number of a route by what it is: what lies between its ends, and how fast and how long
/// the cables there are.
class SharedWays {
 public:
  explicit SharedWays(const Topology& topology) : topology_(&topology) {}

  /// The number under which a way is known, which starts on `first` and ends on `last`. `is_same`
  /// says whether a route with a number has the links and shares of `between`.
  template <typename IsSame>
  std::optional<std::uint32_t> find(const PlannedRoute& between, LinkId first, LinkId last,
                                    IsSame is_same) {
    const Cables cables{cable(first), cable(last)};
    const auto [begin, end] = by_hash_.equal_range(hash(between, cables));
    for (auto known = begin; known != end; ++known) {
      const Way& way = known->second;
      if (way.cables == cables && is_same(way.route)) return way.route;
    }
    return std::nullopt;
  }
  void add(const PlannedRoute& between, LinkId first, LinkId last, std::uint32_t route) {
    const Cables cables{cable(first), cable(last)};
    by_hash_.emplace(hash(between, cables), Way{cables, route});
  }

  /// Of policies that heed nothing of a sender but where its cable leads and how fast and long that
  /// is: the number of the route from there to a receiver; kNoRoute if nobody has told. Amortised
  /// O(1); valid until the next call.
  RouteId& to_receiver(LinkId first, bool within_server, Rank to);

 private:
  struct Cable {
    Bandwidth bandwidth;
    Duration latency{0};
    friend bool operator==(const Cable&, const Cable&) = default;
  };
  struct Cables {
    Cable first;
    Cable last;
    friend bool operator==(const Cables&, const Cables&) = default;
  };
  struct Way {
    Cables cables;
    std::uint32_t route = 0;
  };
  // All that senders are told apart by.
  struct Origin {
    DeviceId device = 0;
    bool within_server = false;
    Cable cable;
    friend bool operator==(const Origin&, const Origin&) = default;
  };
  struct Receivers {
    Origin origin;
    PairTable routes;
  };

  [[nodiscard]] Cable cable(LinkId id) const {
    const Link& link = topology_->link(id);
    return {.bandwidth = link.bandwidth, .latency = link.latency};
  }
  [[nodiscard]] static std::uint64_t hash(const PlannedRoute& between, const Cables& cables);

  const Topology* topology_;
  std::unordered_multimap<std::uint64_t, Way> by_hash_;
  std::vector<Receivers> receivers_;
  std::unordered_multimap<DeviceId, std::size_t> by_device_;  // into receivers_
  std::size_t last_ = 0;                                      // that was looked at
};

}  // namespace commsim
