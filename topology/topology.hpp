// The cluster as an immutable directed graph: devices, and links with a bandwidth and a latency,
// stored as flat arrays. GPUs are ranks, in the order in which they were added unless they are
// placed otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/hardware.hpp"
#include "core/units.hpp"

namespace commsim {

using DeviceId = std::uint32_t;
using LinkId = std::uint32_t;
using Rank = std::int32_t;

enum class DeviceKind : std::uint8_t { kGpu, kHost, kNic, kSwitch };

/// "gpu", "host", "nic", "switch".
std::string_view to_text(DeviceKind kind);

/// A device. `server` groups the devices of one chassis, `pod` those below one part of the network
/// (a rack, a leaf, a pod, a group of a dragonfly); -1 stands for none.
struct Device {
  DeviceKind kind = DeviceKind::kGpu;
  std::int32_t server = -1;
  std::int32_t pod = -1;
  bool reduces = true;  ///< of a switch: whether it can sum what passes through it
  std::string name;
};

/// A switch that is in no server.
inline bool is_network_switch(const Device& device) {
  return device.kind == DeviceKind::kSwitch && device.server < 0;
}

/// What libraries ask about a server beside its links; as far as anybody has said.
struct ServerFacts {
  std::optional<GpuGeneration> gpu;  ///< the oldest of its GPUs
  std::optional<CpuMaker> cpu;
  Duration network_latency{0};  ///< what the network's plugin tells NCCL; InfiniBand's says zero
};

/// The GPUs as the cells of a grid: GPU i, in the order in which they were added, stands at the
/// coordinates of i in mixed radix, the last side running fastest.
struct Grid {
  std::vector<std::int32_t> sides;  ///< empty: no grid
  bool wraps = false;               ///< torus, not mesh
};

/// One direction of a cable. `medium` is the class for reports: "nvlink", "pcie", "network",
/// "link".
struct Link {
  DeviceId from = 0;
  DeviceId to = 0;
  Bandwidth bandwidth;
  Duration latency{0};
  std::uint16_t medium = 0;  ///< index into Topology::media()
};

/// Build with TopologyBuilder. All lookups are O(1).
class Topology {
 public:
  [[nodiscard]] std::span<const Device> devices() const { return devices_; }
  [[nodiscard]] std::span<const Link> links() const { return links_; }
  [[nodiscard]] const Device& device(DeviceId id) const { return devices_[id]; }
  [[nodiscard]] const Link& link(LinkId id) const { return links_[id]; }
  /// The links that leave (enter) a device, in the order in which they were added.
  [[nodiscard]] std::span<const LinkId> out_links(DeviceId id) const;
  [[nodiscard]] std::span<const LinkId> in_links(DeviceId id) const;
  /// The GPUs that run ranks, by rank; the GPU of one of them.
  [[nodiscard]] std::span<const DeviceId> ranks() const { return ranks_; }
  [[nodiscard]] DeviceId device_of(Rank rank) const {
    return ranks_[static_cast<std::size_t>(rank)];
  }
  /// All GPUs, in the order in which they were added.
  [[nodiscard]] std::span<const DeviceId> gpus() const { return gpus_; }
  [[nodiscard]] const Grid& grid() const { return grid_; }
  /// Of the server of that number; nothing is known of -1.
  [[nodiscard]] ServerFacts facts(std::int32_t server) const;
  /// Lets rank i run on `ranks[i]`; GPUs that are not named run nothing. REQUIRES: GPUs of this
  /// topology, each at most once, and one at least.
  void place(std::vector<DeviceId> ranks);
  [[nodiscard]] Rank rank_count() const { return static_cast<Rank>(ranks_.size()); }
  [[nodiscard]] std::span<const std::string> media() const { return media_; }
  /// "gpu3>nvswitch0", for reports; "a>b#2" for the second link from a to b.
  [[nodiscard]] std::string link_name(LinkId id) const;

 private:
  friend class TopologyBuilder;
  std::vector<Device> devices_;
  std::vector<Link> links_;
  std::vector<LinkId> out_, in_;                     // link ids grouped by device
  std::vector<std::uint32_t> out_begin_, in_begin_;  // device -> first index in out_ / in_
  std::vector<DeviceId> ranks_;
  std::vector<DeviceId> gpus_;
  std::vector<std::string> media_;
  Grid grid_;
  std::vector<ServerFacts> facts_;  // by server; shorter if nobody has said
};

/// How fast a cable is, each way.
struct LinkSpec {
  Bandwidth bandwidth;
  Duration latency{0};
};

/// How much a graph holds; links count each direction.
struct TopologySize {
  std::int64_t ranks = 0;
  std::int64_t devices = 0;
  std::int64_t links = 0;
};

/// Adds devices and links, then seals them. Throws RequestError past kMostRanks, kMostDevices or
/// kMostLinks.
class TopologyBuilder {
 public:
  static constexpr std::size_t kMostRanks = std::size_t{1} << 20U;
  static constexpr std::size_t kMostDevices = std::size_t{1} << 23U;
  static constexpr std::size_t kMostLinks = std::size_t{1} << 24U;

  /// Makes room, or refuses what is too large before any of it is built.
  void reserve(TopologySize size);
  DeviceId add_device(DeviceKind kind, std::string name, std::int32_t server = -1);
  /// One direction.
  LinkId add_link(DeviceId from, DeviceId to, LinkSpec spec, std::string_view medium = "link");
  /// Both directions.
  void add_cable(DeviceId a, DeviceId b, LinkSpec spec, std::string_view medium = "link");

  /// The id that the next device will have.
  [[nodiscard]] std::size_t device_count() const { return topology_.devices_.size(); }
  void set_pod(DeviceId device, std::int32_t pod) { topology_.devices_[device].pod = pod; }
  void set_reduces(DeviceId device, bool reduces) { topology_.devices_[device].reduces = reduces; }
  /// REQUIRES: server >= 0.
  void set_facts(std::int32_t server, ServerFacts facts);
  /// REQUIRES: as many cells as there will be GPUs.
  void set_grid(Grid grid) { topology_.grid_ = std::move(grid); }

  /// Sorts the adjacency and returns the graph. Throws RequestError when there is no GPU or when
  /// some rank cannot reach another, naming both.
  Topology seal() &&;

 private:
  Topology topology_;
};

}  // namespace commsim
