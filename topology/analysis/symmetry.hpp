// Symmetries of the graph: permutations of ranks under which it looks the same.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/rank_shift.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// Looks for symmetries of one graph, of which it keeps what they depend on, packed.
class GraphSymmetry {
 public:
  /// O(devices + links).
  explicit GraphSymmetry(const Topology& topology);

  /// The image of each link under a symmetry of the graph that carries the device of rank r to that
  /// of rank shift(r): kinds of devices, servers as groups, and bandwidth, latency and medium of
  /// links agree. Nothing if there is none, or if it is not found: among devices that look alike
  /// from the ranks, the first that fits is tried and no other. O(devices + links). REQUIRES:
  /// shift.period divides the number of ranks.
  [[nodiscard]] std::optional<std::vector<LinkId>> link_images(const RankShift& shift) const;

  /// A link from a device, beside its number.
  struct Out {
    DeviceId to = 0;
    std::uint32_t kind = 0;  ///< equal for links alike
  };
  [[nodiscard]] std::span<const Out> out(DeviceId device) const {
    return std::span(out_).subspan(begin_[device], begin_[device + 1] - begin_[device]);
  }
  /// Equal for devices that may be carried to each other, as far as they alone tell.
  [[nodiscard]] std::uint32_t kind(DeviceId device) const { return kinds_[device]; }
  [[nodiscard]] const Topology& topology() const { return *topology_; }

 private:
  const Topology* topology_;
  std::vector<std::uint32_t> begin_;
  std::vector<Out> out_;  // by device, as Topology::out_links
  std::vector<std::uint32_t> kinds_;
};

}  // namespace commsim
