#include "topology/analysis/fast_ring.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "core/index.hpp"

namespace commsim {
namespace {

// Bandwidth of the direct links between members, by place; the slower of both directions counts.
class DirectLinks {
 public:
  DirectLinks(const Topology& topology, const std::vector<Rank>& members)
      : size_(members.size()), bits_(size_ * size_) {
    std::map<DeviceId, std::size_t> place;
    for (std::size_t i = 0; i < size_; ++i) place[topology.ranks()[index(members[i])]] = i;
    for (const auto& [device, from] : place) {
      for (const LinkId id : topology.out_links(device)) {
        const auto to = place.find(topology.link(id).to);
        if (to == place.end()) continue;
        bits_[from * size_ + to->second] += topology.link(id).bandwidth.bits_per_second();
      }
    }
  }
  [[nodiscard]] std::int64_t between(std::size_t a, std::size_t b) const {
    return std::min(bits_[a * size_ + b], bits_[b * size_ + a]);
  }
  // The different speeds, the fastest first.
  [[nodiscard]] std::set<std::int64_t, std::greater<>> speeds() const {
    std::set<std::int64_t, std::greater<>> speeds;
    for (std::size_t a = 0; a < size_; ++a) {
      for (std::size_t b = 0; b < a; ++b) speeds.insert(between(a, b));
    }
    return speeds;
  }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::size_t size_;
  std::vector<std::int64_t> bits_;
};

// A ring of links that are all at least that fast, by depth-first search.
class RingSearch {
 public:
  RingSearch(const DirectLinks& links, std::int64_t least) : links_(links), least_(least) {}

  std::optional<std::vector<std::size_t>> find() {
    path_ = {0};
    used_.assign(links_.size(), false);
    used_[0] = true;
    return extend() ? std::optional(path_) : std::nullopt;
  }

 private:
  bool extend() {
    constexpr int kMostSteps = 200'000;
    if (++steps_ > kMostSteps) return false;
    if (path_.size() == links_.size()) return links_.between(path_.back(), 0) >= least_;
    const std::size_t at = path_.back();
    for (std::size_t next = 0; next < links_.size(); ++next) {
      if (used_[next] || links_.between(at, next) < least_) continue;
      used_[next] = true;
      path_.push_back(next);
      if (extend()) return true;
      path_.pop_back();
      used_[next] = false;
    }
    return false;
  }

  const DirectLinks& links_;
  std::int64_t least_;
  int steps_ = 0;
  std::vector<std::size_t> path_;
  std::vector<bool> used_;
};

std::optional<std::vector<Rank>> server_ring(const Topology& topology,
                                             const std::vector<Rank>& members) {
  constexpr std::size_t kMostMembers = 16;
  if (members.size() < 3 || members.size() > kMostMembers) return std::nullopt;
  const DirectLinks links(topology, members);
  const auto speeds = links.speeds();
  if (speeds.size() < 2) return std::nullopt;
  for (const std::int64_t speed : speeds) {
    if (speed == 0) break;
    const auto ring = RingSearch(links, speed).find();
    if (!ring) continue;
    std::vector<Rank> ranks;
    for (const std::size_t place : *ring) ranks.push_back(members[place]);
    return ranks;
  }
  return std::nullopt;
}

// Cells of a grid, in an order in which neighbours differ by one in one coordinate: every other
// time it passes a line, it goes backwards.
std::vector<std::size_t> snake(const std::vector<std::int32_t>& sides) {
  std::vector<std::size_t> order{0};
  for (const std::int32_t side : sides) {
    std::vector<std::size_t> longer;
    for (std::size_t i = 0; i < order.size(); ++i) {
      for (std::int32_t j = 0; j < side; ++j) {
        const std::int32_t cell = i % 2 == 0 ? j : side - 1 - j;
        longer.push_back(order[i] * static_cast<std::size_t>(side) +
                         static_cast<std::size_t>(cell));
      }
    }
    order = std::move(longer);
  }
  return order;
}

// The way back is as short as all others if it runs along the first column of a mesh whose other
// columns are passed back and forth; that takes an even number of rows.
std::vector<std::size_t> closed_snake(std::int32_t rows, std::int32_t columns) {
  std::vector<std::size_t> order;
  const auto cell = [&](std::int32_t row, std::int32_t column) {
    order.push_back(static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
                    static_cast<std::size_t>(column));
  };
  for (std::int32_t row = 0; row < rows; ++row) {
    for (std::int32_t i = 1; i < columns; ++i) cell(row, row % 2 == 0 ? i : columns - i);
  }
  for (std::int32_t row = rows; row-- > 0;) cell(row, 0);
  return order;
}

std::vector<Rank> grid_ring(const Topology& topology) {
  const auto& sides = topology.grid().sides;
  const bool plane = sides.size() == 2 && sides[0] % 2 == 0 && sides[1] > 1;
  const auto cells = plane ? closed_snake(sides[0], sides[1]) : snake(sides);
  std::map<DeviceId, Rank> rank_on;
  for (Rank r = 0; r < topology.rank_count(); ++r) rank_on[topology.ranks()[index(r)]] = r;
  std::vector<Rank> ring;
  ring.reserve(cells.size());
  for (const std::size_t cell : cells) ring.push_back(rank_on.at(topology.gpus()[cell]));
  return ring;
}

}  // namespace

std::vector<Rank> fast_ring(const Topology& topology) {
  if (topology.grid().sides.size() > 1 && topology.ranks().size() == topology.gpus().size()) {
    return grid_ring(topology);
  }
  std::map<std::int32_t, std::vector<Rank>> servers;
  for (Rank r = 0; r < topology.rank_count(); ++r) {
    const std::int32_t server = topology.device(topology.ranks()[index(r)]).server;
    servers[server].push_back(r);
  }
  std::vector<Rank> ring;
  bool better = false;
  for (const auto& [server, members] : servers) {
    const auto own = server_ring(topology, members);
    better = better || (own && *own != members);
    const auto& order = own ? *own : members;
    ring.insert(ring.end(), order.begin(), order.end());
  }
  return better ? ring : std::vector<Rank>{};
}

}  // namespace commsim
