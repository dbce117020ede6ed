#include "sim/engine/fold.hpp"

#include <algorithm>
#include <utility>

namespace commsim {

Fold fold_by(Rank ranks, std::span<const RankShift> shifts, std::vector<LinkId> first_of_orbit) {
  Fold fold;
  fold.class_of.reserve(static_cast<std::size_t>(ranks));
  fold.element.reserve(static_cast<std::size_t>(ranks));
  std::uint32_t order = 1;
  for (const RankShift& shift : shifts) order *= static_cast<std::uint32_t>(shift.order());
  for (Rank r = 0; r < ranks; ++r) {
    std::uint32_t element = 0;
    Rank representative = r;
    for (const RankShift& shift : shifts) {
      const Rank times = shift.times(r);
      element =
          element * static_cast<std::uint32_t>(shift.order()) + static_cast<std::uint32_t>(times);
      representative -= times * shift.step;
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
  fold.inverse.reserve(order);
  for (std::uint32_t element = 0; element < order; ++element) {
    std::uint32_t inverse = 0;
    std::uint32_t weight = 1;
    std::uint32_t rest = element;
    for (std::size_t i = shifts.size(); i-- > 0;) {
      const auto n = static_cast<std::uint32_t>(shifts[i].order());
      inverse += (n - rest % n) % n * weight;
      rest /= n;
      weight *= n;
    }
    fold.inverse.push_back(inverse);
  }
  fold.stands_for = std::move(first_of_orbit);
  fold.orbit.assign(fold.stands_for.size(), 0);
  for (const LinkId first : fold.stands_for) ++fold.orbit[first];
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
