#include "sim/engine/split_totals.hpp"

#include "core/error.hpp"

namespace commsim {

void SplitTotals::add(LinkId link, Bytes bytes, std::int64_t share, std::int64_t whole) {
  by_whole_.try_emplace(whole, links_).first->second[link] += Int128{bytes.count()} * share;
}

// Each sum of a kind is rounded for itself: as many bytes too much as there are kinds.
void SplitTotals::add_to(std::span<Bytes> bytes, std::vector<Bytes>& rounding) const {
  for (const auto& [whole, parts] : by_whole_) {
    const std::int64_t all = whole;  // clang captures no structured bindings
    parts.each([&](std::size_t link, Int128 part) {
      if (part == 0) return;
      const bool rounded = part % all != 0;
      const Int128 sum = part / all + (rounded ? 1 : 0);
      if (sum > Int128{INT64_MAX}) throw_size_overflow();
      bytes[link] += Bytes{static_cast<std::int64_t>(sum)};
      if (!rounded) return;
      rounding.resize(links_);
      rounding[link] += Bytes{1};
    });
  }
}

}  // namespace commsim
