// Which links a message takes from one rank to another.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/registry.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// What a policy decides on: which of `next`, links on routes of the fewest links that are in no
/// particular order and at least one, a flow to rank `to` takes. `hash` is a well-mixed function of
/// the seed, both ranks, the flow and the device.
struct RoutingChoice {
  const Topology& topology;
  std::span<const LinkId> next;
  Rank to = 0;
  std::uint64_t hash = 0;
};

/// How a route goes on at a device that has several next links on routes of the fewest links.
struct RoutingPolicy {
  std::string_view name;
  std::string_view summary;    ///< one sentence
  std::string_view reference;  ///< where the rule is described
  /// One of choice.next; the answer must not depend on their order.
  LinkId (*choose)(const RoutingChoice& choice) = nullptr;
};

/// Finds routes on demand; no table of all pairs is ever kept, memory follows devices and links.
///
/// A GPU forwards what is not its own only if no route avoids that, and a NIC forwards between two
/// devices of its own server only if no route avoids that. Among the routes that are left those of
/// the fewest links are taken, and among those the policy decides at each device.
///
/// The topology must outlive the router. One thread uses a router: it holds scratch memory.
class Router {
 public:
  Router(const Topology& topology, const RoutingPolicy& policy, std::uint64_t seed);

  /// Replaces `route` by the links from one rank to another, in order; none if they are the same.
  /// The cost follows the links of the devices near both ends, not the size of the cluster.
  void route(Rank from, Rank to, std::uint32_t flow, std::vector<LinkId>& route);

 private:
  /// Who may forward; the first that has a route wins.
  enum class Tier : std::uint8_t { kNoNics, kNoGpus, kAll };

  static constexpr std::uint32_t kNone = UINT32_MAX;

  /// What one search knows of a device; it counts only if `epoch` is the present one.
  struct Seen {
    std::uint32_t epoch = 0;
    std::uint32_t distance = 0;
    std::uint32_t first = kNone;  ///< of its chain in Side::chains
  };
  /// A link on a route of the fewest links, and the next one of the same device.
  struct Chained {
    LinkId link = 0;
    std::uint32_t next = kNone;
  };
  /// The search from one end.
  struct Side {
    std::vector<Seen> seen;
    std::vector<Chained> chains;
    std::vector<DeviceId> frontier;
    std::vector<DeviceId> fresh;
    std::size_t work = 0;  ///< links to look at when the frontier moves on
  };

  [[nodiscard]] std::span<const LinkId> direct_links(std::size_t from, DeviceId target) const;
  bool search(DeviceId from, DeviceId to, Tier tier);
  template <bool kForward>
  void expand(Side& side, const Side& other, Tier tier);
  bool discover(Side& side, const Side& other, DeviceId device, std::uint32_t distance, Tier tier);
  void join();
  [[nodiscard]] bool forwards(DeviceId device, Tier tier) const;
  [[nodiscard]] bool known(const Side& side, DeviceId device) const {
    return side.seen[device].epoch == epoch_;
  }
  void start(Side& side, DeviceId device, std::size_t degree) const;
  static void chain(Side& side, DeviceId device, LinkId link);

  const Topology* topology_;
  const RoutingPolicy* policy_;
  std::uint64_t seed_;
  std::vector<LinkId> by_target_;             // the links out of each rank, ordered by target
  std::vector<std::size_t> by_target_begin_;  // rank -> first index in by_target_
  std::uint32_t epoch_ = 0;
  Side front_;  // from the source; its chains hold the links that enter a device
  Side back_;   // from the destination; its chains hold the links that leave a device
  std::vector<DeviceId> met_;
  std::vector<LinkId> next_;
};

}  // namespace commsim
