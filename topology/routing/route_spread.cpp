#include "topology/routing/route_spread.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "core/error.hpp"

namespace commsim {
namespace {

constexpr std::int64_t kMostParts = std::int64_t{1} << 40U;

// A device on the way, and what it passes on.
struct Stop {
  std::vector<LinkId> next;
  std::int64_t denominator = 1;  // of its share; past kMostParts it is kMostParts
  std::int64_t parts = 0;
};

// Past kMostParts: kMostParts.
std::int64_t bounded_lcm(std::int64_t a, std::int64_t b) {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(a / std::gcd(a, b), b, &product)) return kMostParts;
  return std::min(product, kMostParts);
}

std::int64_t bounded_product(std::int64_t a, std::size_t b) {
  const auto most = static_cast<std::size_t>(kMostParts / a);
  return b > most ? kMostParts : a * static_cast<std::int64_t>(b);
}

// The devices of all routes, those with equally many links to go together, the start first. Routes
// of the fewest links lead from each level only to the next.
std::vector<std::map<DeviceId, Stop>> levels_of(const Topology& topology, RouteSearch& search,
                                                const FlowEnds& flow) {
  std::vector<std::map<DeviceId, Stop>> levels;
  levels.emplace_back()[flow.from] = {};
  while (!levels.back().contains(flow.to)) {
    std::map<DeviceId, Stop> fresh;
    for (auto& [device, stop] : levels.back()) {
      const auto next = search.next(device);
      stop.next.assign(next.begin(), next.end());
      std::ranges::sort(stop.next);
      const std::int64_t split = bounded_product(stop.denominator, next.size());
      for (const LinkId link : stop.next) {
        Stop& reached = fresh[topology.link(link).to];
        reached.denominator = bounded_lcm(reached.denominator, split);
      }
    }
    levels.push_back(std::move(fresh));
  }
  return levels;
}

// In lowest terms; a message that is not split needs no shares.
void reduce(PlannedRoute& route) {
  std::int64_t common = route.whole;
  for (const std::int64_t share : route.shares) common = std::gcd(common, share);
  route.whole /= common;
  for (std::int64_t& share : route.shares) share /= common;
  if (route.whole == 1) route.shares.clear();
}

}  // namespace

PlannedRoute spread_evenly(const Topology& topology, RouteSearch& search, const FlowEnds& flow) {
  auto levels = levels_of(topology, search, flow);
  PlannedRoute route;
  route.whole = levels.back().at(flow.to).denominator;
  levels.front().at(flow.from).parts = route.whole;
  for (std::size_t level = 0; level + 1 < levels.size(); ++level) {
    for (const auto& [device, stop] : levels[level]) {
      const auto links = static_cast<std::int64_t>(stop.next.size());
      for (std::int64_t i = 0; i < links; ++i) {
        const std::int64_t share = stop.parts / links + (i < stop.parts % links ? 1 : 0);
        if (share == 0) continue;
        const LinkId link = stop.next[static_cast<std::size_t>(i)];
        route.links.push_back(link);
        route.shares.push_back(share);
        levels[level + 1].at(topology.link(link).to).parts += share;
      }
    }
  }
  reduce(route);
  return route;
}

PlannedRoute spread_over(const std::vector<std::vector<LinkId>>& routes) {
  PlannedRoute spread;
  spread.whole = static_cast<std::int64_t>(routes.size());
  for (std::size_t hop = 0; hop < routes.front().size(); ++hop) {
    std::map<LinkId, std::int64_t> users;
    for (const auto& route : routes) ++users[route[hop]];
    for (const auto& [link, count] : users) {
      spread.links.push_back(link);
      spread.shares.push_back(count);
    }
  }
  reduce(spread);
  return spread;
}

Bandwidth spread_bandwidth(const Topology& topology, std::span<const LinkId> links,
                           std::span<const std::int64_t> shares, std::int64_t whole) {
  Int128 least = INT64_MAX;
  for (std::size_t i = 0; i < links.size(); ++i) {
    const Int128 bits = topology.link(links[i]).bandwidth.bits_per_second();
    least = std::min(least, shares.empty() ? bits : bits * whole / shares[i]);
  }
  return Bandwidth::bits_per_second(static_cast<std::int64_t>(least));
}

std::int64_t Apportioner::part(std::int64_t share) {
  shares_ += share;
  ensure(shares_ <= all_, "parts add up to the whole");
  const auto upto = static_cast<std::int64_t>(Int128{amount_} * shares_ / all_);
  const std::int64_t given = upto - given_;
  given_ = upto;
  return given;
}

}  // namespace commsim
