#include "topology/analysis/link_orbits.hpp"

#include <numeric>

namespace commsim {

LinkOrbits::LinkOrbits(std::size_t links) : first_(links) {
  std::iota(first_.begin(), first_.end(), LinkId{0});
}

// A symmetry that commutes with those before it carries orbits to orbits. Their first links stand
// for them, and the least of those that it carries into each other, which comes first here, takes
// over the others.
void LinkOrbits::join(std::span<const LinkId> images) {
  for (LinkId link = 0; link < first_.size(); ++link) {
    if (first_[link] != link) {
      first_[link] = first_[first_[link]];  // which lies before this one and is known
      continue;
    }
    for (LinkId at = first_[images[link]]; at > link; at = first_[images[at]]) first_[at] = link;
  }
}

}  // namespace commsim
