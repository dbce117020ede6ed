// Workers and parameter servers around a switch, without any topology.
#pragma once

#include "core/random.hpp"
#include "sim/workload/updates/server_run.hpp"

namespace commsim::support {

struct StarOfServers {
  std::int64_t workers = 1;
  std::size_t servers = 1;
  Bytes push = 1_MiB;  ///< of a shard
  Bytes pull = 1_MiB;
  Bandwidth worker = 10_GBps;
  Bandwidth server = 10_GBps;
  Duration latency = 1_usec;  ///< of each of the two links of a route
  Duration apply{0};
  bool queues = true;
};

// Link 2 d leaves device d, link 2 d + 1 enters it; devices are workers, then servers.
inline ServerSystem star(const StarOfServers& star) {
  ServerSystem system{.workers = star.workers, .queues = star.queues};
  system.shards.assign(star.servers, {.push = star.push, .pull = star.pull, .apply = star.apply});
  const auto devices =
      static_cast<std::uint32_t>(star.workers) + static_cast<std::uint32_t>(star.servers);
  for (std::uint32_t d = 0; d < devices; ++d) {
    const Bandwidth own = d < star.workers ? star.worker : star.server;
    system.links.insert(system.links.end(), 2, {own, star.latency});
  }
  const auto way = [&](std::uint32_t from, std::uint32_t to) {
    const ServerRoute route{.first = static_cast<std::uint32_t>(system.hops.size()),
                            .count = 2,
                            .narrowest = std::min(star.worker, star.server),
                            .latency = 2 * star.latency};
    system.hops.insert(system.hops.end(), {2 * from, 2 * to + 1});
    return route;
  };
  for (std::uint32_t w = 0; w < star.workers; ++w) {
    for (auto s = static_cast<std::uint32_t>(star.workers); s < devices; ++s) {
      system.pushes.push_back(way(w, s));
      system.pulls.push_back(way(s, w));
    }
  }
  return system;
}

// Iterations of `mean` on average, by up to `spread` longer or shorter, and of slow workers (every
// fourth) twice as long.
inline auto uneven(Duration mean, double spread, bool slow, std::uint64_t seed) {
  return [=](std::int64_t worker, std::int64_t iteration) {
    Random random(mix(seed) ^ mix(static_cast<std::uint64_t>((worker << 32) + iteration)));
    const double factor =
        (1 + spread * (2 * random.unit() - 1)) * (slow && worker % 4 == 3 ? 2 : 1);
    return Duration{static_cast<std::int64_t>(static_cast<double>(mean.count()) * factor)};
  };
}

}  // namespace commsim::support
