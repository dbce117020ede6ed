#include "collectives/proof/symbolic_data.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

namespace commsim {
namespace {

constexpr std::int64_t kUndefined = -1;
constexpr std::int64_t kMixed = -2;  // bytes of different offsets were summed

}  // namespace

SymbolicData::SymbolicData(Rank ranks, std::int64_t bytes)
    : columns_(static_cast<std::size_t>(ranks) + 1),
      counts_(columns_ * static_cast<std::size_t>(bytes)),
      origins_(static_cast<std::size_t>(bytes), kUndefined) {
  for (std::int64_t at = 0; at < bytes; ++at) counts(at).back() = 1;
}

std::span<std::uint8_t> SymbolicData::counts(std::int64_t at) {
  return std::span(counts_).subspan(static_cast<std::size_t>(at) * columns_, columns_);
}

std::span<const std::uint8_t> SymbolicData::counts(std::int64_t at) const {
  return std::span(counts_).subspan(static_cast<std::size_t>(at) * columns_, columns_);
}

void SymbolicData::define(std::int64_t at, Rank rank, std::int64_t origin) {
  const auto row = counts(at);
  std::fill(row.begin(), row.end(), std::uint8_t{0});
  row[static_cast<std::size_t>(rank)] = 1;
  origins_[static_cast<std::size_t>(at)] = origin;
}

void SymbolicData::combine(std::int64_t at, const SymbolicData& other, std::int64_t from,
                           std::int64_t length, Combine how) {
  constexpr int kMost = std::numeric_limits<std::uint8_t>::max();
  for (std::int64_t i = 0; i < length; ++i) {
    const auto to = counts(at + i);
    const auto added = other.counts(from + i);
    auto& origin = origins_[static_cast<std::size_t>(at + i)];
    const auto added_origin = other.origins_[static_cast<std::size_t>(from + i)];
    if (how == Combine::kCopy) {
      std::copy(added.begin(), added.end(), to.begin());
      origin = added_origin;
      continue;
    }
    for (std::size_t c = 0; c < columns_; ++c) {
      to[c] = static_cast<std::uint8_t>(std::min(to[c] + added[c], kMost));
    }
    if (origin == kUndefined) origin = added_origin;
    if (added_origin != kUndefined && added_origin != origin) origin = kMixed;
  }
}

bool SymbolicData::is_sum(std::int64_t at, std::span<const Rank> ranks, std::int64_t origin) const {
  const auto row = counts(at);
  const auto total =
      static_cast<std::size_t>(std::count_if(row.begin(), row.end(), [](int n) { return n != 0; }));
  return origins_[static_cast<std::size_t>(at)] == origin && total == ranks.size() &&
         std::all_of(ranks.begin(), ranks.end(),
                     [&](Rank r) { return row[static_cast<std::size_t>(r)] == 1; });
}

std::string SymbolicData::describe(std::int64_t at) const {
  const auto row = counts(at);
  std::vector<std::string> terms;
  for (std::size_t r = 0; r + 1 < columns_; ++r) {
    if (row[r] == 1) terms.push_back(fmt::format("{}", r));
    if (row[r] > 1) terms.push_back(fmt::format("{} ({} times)", r, row[r]));
  }
  if (terms.empty()) return "undefined data";
  const auto origin = origins_[static_cast<std::size_t>(at)];
  return fmt::format("{} of rank{} {}{}",
                     origin == kMixed ? "different bytes" : fmt::format("byte {}", origin),
                     terms.size() == 1 ? "" : "s", fmt::join(terms, ", "),
                     row.back() > 0 ? " and undefined data" : "");
}

}  // namespace commsim
