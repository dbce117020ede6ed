#include "collectives/send_pattern.hpp"

#include <algorithm>
#include <array>

#include "core/error.hpp"
#include "core/nearest_name.hpp"

namespace commsim {
namespace {

// In the order of SendPattern.
const std::array<std::string, 4> kNames{"pair", "shift", "many_to_one", "many_to_many"};

Rank next(Rank rank, Rank ranks) { return rank + 1 < ranks ? rank + 1 : 0; }
Rank previous(Rank rank, Rank ranks) { return rank > 0 ? rank - 1 : ranks - 1; }

}  // namespace

SendPattern send_pattern(const std::optional<std::string>& name, Rank ranks) {
  const auto* const place = std::find(kNames.begin(), kNames.end(), name.value_or(kNames[0]));
  if (place == kNames.end()) {
    throw RequestError("unknown pattern '" + *name + "'" + suggestion(*name, kNames));
  }
  const auto pattern = static_cast<SendPattern>(place - kNames.begin());
  if (pattern == SendPattern::kPair && ranks < 2) {
    throw RequestError("pattern 'pair' sends from rank 0 to rank 1 and needs at least 2 ranks");
  }
  return pattern;
}

PeerArc receivers(SendPattern pattern, Rank sender, Rank ranks) {
  switch (pattern) {
    case SendPattern::kPair:
      return {.first = 1, .count = sender == 0 ? 1 : 0};
    case SendPattern::kShift:
      return {.first = next(sender, ranks), .count = ranks > 1 ? 1 : 0};
    case SendPattern::kManyToOne:
      return {.first = 0, .count = sender == 0 ? 0 : 1};
    case SendPattern::kManyToMany:
      return {.first = next(sender, ranks), .count = ranks - 1};
  }
  invariant_failed("every pattern has receivers", __FILE__, __LINE__);
}

PeerArc senders(SendPattern pattern, Rank receiver, Rank ranks) {
  switch (pattern) {
    case SendPattern::kPair:
      return {.first = 0, .count = receiver == 1 ? 1 : 0};
    case SendPattern::kShift:
      return {.first = previous(receiver, ranks), .count = ranks > 1 ? 1 : 0};
    case SendPattern::kManyToOne:
      return {.first = next(receiver, ranks), .count = receiver == 0 ? ranks - 1 : 0};
    case SendPattern::kManyToMany:
      return {.first = next(receiver, ranks), .count = ranks - 1};
  }
  invariant_failed("every pattern has senders", __FILE__, __LINE__);
}

}  // namespace commsim
