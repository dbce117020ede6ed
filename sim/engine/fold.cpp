#include "sim/engine/fold.hpp"

#include <algorithm>

namespace commsim {
namespace {

// Marks each link with the first one of its orbit, and with how many there are.
void find_orbits(const std::vector<Symmetry>& symmetries, Fold& fold) {
  constexpr LinkId kNone = UINT32_MAX;
  const std::size_t links = symmetries.front().images.size();
  fold.stands_for.assign(links, kNone);
  fold.orbit.assign(links, 0);
  std::vector<LinkId> orbit;
  for (LinkId first = 0; first < links; ++first) {
    if (fold.stands_for[first] != kNone) continue;
    orbit.assign(1, first);
    fold.stands_for[first] = first;
    for (std::size_t i = 0; i < orbit.size(); ++i) {
      for (const Symmetry& symmetry : symmetries) {
        const LinkId image = symmetry.images[orbit[i]];
        if (fold.stands_for[image] != kNone) continue;
        fold.stands_for[image] = first;
        orbit.push_back(image);
      }
    }
    for (const LinkId link : orbit) fold.orbit[link] = static_cast<std::uint32_t>(orbit.size());
  }
}

}  // namespace

Fold fold_by(Rank ranks, const std::vector<Symmetry>& symmetries) {
  Fold fold;
  std::uint32_t order = 1;
  for (const Symmetry& s : symmetries) order *= static_cast<std::uint32_t>(s.shift.order());
  for (Rank r = 0; r < ranks; ++r) {
    std::uint32_t element = 0;
    Rank representative = r;
    for (const Symmetry& s : symmetries) {
      const Rank times = s.shift.times(r);
      element =
          element * static_cast<std::uint32_t>(s.shift.order()) + static_cast<std::uint32_t>(times);
      representative -= times * s.shift.step;
    }
    // A representative is the least of its class, so it has come before.
    if (representative == r) {
      fold.class_of.push_back(static_cast<Rank>(fold.representatives.size()));
      fold.representatives.push_back(r);
    } else {
      fold.class_of.push_back(fold.class_of[static_cast<std::size_t>(representative)]);
    }
    fold.element.push_back(element);
  }
  for (std::uint32_t element = 0; element < order; ++element) {
    std::uint32_t inverse = 0;
    std::uint32_t weight = 1;
    std::uint32_t rest = element;
    for (std::size_t i = symmetries.size(); i-- > 0;) {
      const auto n = static_cast<std::uint32_t>(symmetries[i].shift.order());
      inverse += (n - rest % n) % n * weight;
      rest /= n;
      weight *= n;
    }
    fold.inverse.push_back(inverse);
  }
  find_orbits(symmetries, fold);
  return fold;
}

PlannedRoute Fold::folded(const PlannedRoute& route) const {
  PlannedRoute result{.links = {}, .shares = {}, .whole = route.whole};
  for (std::size_t i = 0; i < route.links.size(); ++i) {
    const LinkId link = stands_for[route.links[i]];
    const std::int64_t times = order() / static_cast<std::int64_t>(orbit[link]);
    const std::int64_t share = (route.shares.empty() ? 1 : route.shares[i]) * times;
    const auto place = std::ranges::find(result.links, link);
    if (place == result.links.end()) {
      result.links.push_back(link);
      result.shares.push_back(share);
    } else {
      result.shares[static_cast<std::size_t>(place - result.links.begin())] += share;
    }
  }
  if (result.whole == 1 && std::ranges::all_of(result.shares, [](auto s) { return s == 1; })) {
    result.shares.clear();
  }
  return result;
}

}  // namespace commsim
