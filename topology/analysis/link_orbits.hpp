// Which links symmetries of the graph carry into each other.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "topology/topology.hpp"

namespace commsim {

/// The orbits of the links under symmetries that commute and are told one after another. At first
/// each link is alone.
class LinkOrbits {
 public:
  explicit LinkOrbits(std::size_t links);

  /// Another symmetry, by the image of each link. O(links).
  void join(std::span<const LinkId> images);
  /// The first link of the orbit of each link.
  [[nodiscard]] std::vector<LinkId> take() && { return std::move(first_); }

 private:
  std::vector<LinkId> first_;  // by link
};

}  // namespace commsim
