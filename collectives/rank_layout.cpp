#include "collectives/rank_layout.hpp"

#include <algorithm>

namespace commsim {

RankLayout RankLayout::flat(Rank ranks) { return uniform(ranks, 1); }

RankLayout RankLayout::uniform(int servers, int per_server, int rails) {
  RankLayout layout{.servers = {}, .rails = rails};
  Rank next = 0;
  for (int s = 0; s < servers; ++s) {
    auto& ranks = layout.servers.emplace_back();
    for (int i = 0; i < per_server; ++i) ranks.push_back(next++);
  }
  return layout;
}

Rank RankLayout::ranks() const {
  std::size_t total = 0;
  for (const auto& server : servers) total += server.size();
  return static_cast<Rank>(total);
}

int RankLayout::per_server() const {
  const std::size_t first = servers.front().size();
  const bool equal = std::all_of(servers.begin(), servers.end(),
                                 [&](const auto& server) { return server.size() == first; });
  return equal ? static_cast<int>(first) : 0;
}

}  // namespace commsim
