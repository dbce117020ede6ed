// The routes of the fewest links between two devices.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "topology/topology.hpp"

namespace commsim {

/// Who may forward what is not its own; hosts and switches always may. The first that has a route
/// wins, and the first counts only within a server.
enum class Forwarders : std::uint8_t { kNoNics, kNoGpus, kAll };

bool forwards(DeviceKind kind, Forwarders who);

/// Those to try for a pair, in order.
std::span<const Forwarders> forwarders_between(const Topology& topology, DeviceId from,
                                               DeviceId to);

/// Throws RequestError, naming both, for devices that no route joins.
[[noreturn]] void refuse_unreachable(const Topology& topology, DeviceId from, DeviceId to);

/// Searches from both ends. It holds scratch memory of the size of the topology, which must outlive
/// it.
class RouteSearch {
 public:
  explicit RouteSearch(const Topology& topology);

  /// Finds all routes of the fewest links; returns who forwards on them, or nothing if there is no
  /// route. REQUIRES: two devices. The cost follows the links of the devices near both ends.
  std::optional<Forwarders> find(DeviceId from, DeviceId to);
  /// The same over links of at least `least` with given forwarders; false if there is no route.
  bool find(DeviceId from, DeviceId to, Forwarders who, Bandwidth least = {});
  /// After a search that found something: the links on those routes that leave `device`, which must
  /// lie on one and not be the end, in no particular order. Valid until the next call.
  std::span<const LinkId> next(DeviceId device);

 private:
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

  [[nodiscard]] std::span<const LinkId> direct_links(DeviceId from, DeviceId to) const;
  template <bool kForward>
  void expand(Side& side, const Side& other, Forwarders who, Bandwidth least);
  bool discover(Side& side, const Side& other, DeviceId device, std::uint32_t distance,
                Forwarders who);
  void join();
  [[nodiscard]] bool known(const Side& side, DeviceId device) const {
    return side.seen[device].epoch == epoch_;
  }
  void start(Side& side, DeviceId device, std::size_t degree) const;
  static void chain(Side& side, DeviceId device, LinkId link);

  const Topology* topology_;
  std::vector<LinkId> by_target_;             // the links out of each GPU, ordered by target
  std::vector<std::size_t> by_target_begin_;  // number of the GPU -> first index in by_target_
  std::span<const LinkId> direct_;            // if the pair has links of its own
  std::uint32_t epoch_ = 0;
  Side front_;  // from the source; its chains hold the links that enter a device
  Side back_;   // from the destination; its chains hold the links that leave a device
  std::vector<DeviceId> met_;
  std::vector<LinkId> next_;
};

}  // namespace commsim
