#include "sim/engine/split_totals.hpp"

#include "core/error.hpp"

namespace commsim {

void SplitTotals::add(LinkId link, Bytes bytes, std::int64_t share, std::int64_t whole) {
  std::vector<Int128>& parts = by_whole_[whole];
  if (parts.empty()) parts.resize(links_);
  parts[link] += Int128{bytes.count()} * share;
}

// Each sum of a kind is rounded for itself: as many bytes too much as there are kinds.
void SplitTotals::add_to(std::span<Bytes> bytes, std::vector<Bytes>& rounding) const {
  for (const auto& [whole, parts] : by_whole_) {
    for (LinkId link = 0; link < links_; ++link) {
      if (parts[link] == 0) continue;
      const bool rounded = parts[link] % whole != 0;
      const Int128 sum = parts[link] / whole + (rounded ? 1 : 0);
      if (sum > Int128{INT64_MAX}) throw_size_overflow();
      bytes[link] += Bytes{static_cast<std::int64_t>(sum)};
      if (!rounded) continue;
      rounding.resize(links_);
      rounding[link] += Bytes{1};
    }
  }
}

}  // namespace commsim
