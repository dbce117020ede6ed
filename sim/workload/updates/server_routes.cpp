#include "sim/workload/updates/server_routes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "collectives/partition.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "topology/routing.hpp"

namespace commsim::server_routes {
namespace {

std::vector<DeviceId> places(const TrainingJob& job) {
  const Cluster& cluster = *job.network.cluster;
  std::vector<DeviceId> devices;
  if (job.updates.separate) {
    for (const Rank host : cluster.layout.hosts) devices.push_back(cluster.endpoints[index(host)]);
    return devices;
  }
  const auto ranks = cluster.topology.ranks().first(index(job.parallelism.data));
  devices.assign(ranks.begin(), ranks.end());
  return devices;
}

class Ways {
 public:
  Ways(const CollectiveRun& network, ServerSystem& system)
      : topology_(network.cluster->topology),
        router_(topology_, *network.routing,
                {.seed = network.seed,
                 .connections = network.connections,
                 .table = network.static_routes}),
        system_(system) {}

  ServerRoute way(DeviceId from, DeviceId to) {
    ServerRoute route{.first = static_cast<std::uint32_t>(system_.hops.size())};
    links_.clear();
    if (from != to) router_.route({.from = from, .to = to}, links_);
    route.count = static_cast<std::uint32_t>(links_.size());
    for (const LinkId id : links_) {
      const Link& link = topology_.link(id);
      route.latency += link.latency;
      route.narrowest =
          id == links_.front() ? link.bandwidth : std::min(route.narrowest, link.bandwidth);
      system_.hops.push_back(id);
    }
    return route;
  }

 private:
  const Topology& topology_;
  Router router_;
  ServerSystem& system_;
  std::vector<LinkId> links_;
};

}  // namespace
}  // namespace commsim::server_routes

namespace commsim {

std::int64_t server_count(const TrainingJob& job) {
  const auto most = job.updates.separate ? std::ssize(job.network.cluster->layout.hosts)
                                         : std::ptrdiff_t{job.parallelism.data};
  if (most == 0) {
    throw RequestError(
        "separate parameter servers need hosts of their own, and this topology has none; legal "
        "here: placement: colocated");
  }
  if (job.updates.servers > most) {
    throw RequestError(fmt::format("{} parameter servers, and there {} {} {}; legal: 1 to {}",
                                   job.updates.servers, most == 1 ? "is" : "are", most,
                                   job.updates.separate ? "hosts" : "workers", most));
  }
  return job.updates.servers > 0 ? job.updates.servers : most;
}

ServerSystem server_system(const TrainingJob& job) {
  const Topology& topology = job.network.cluster->topology;
  const std::int64_t servers = server_count(job);
  const std::int64_t count =
      std::visit([](const auto& model) { return parameters(model); }, job.shape);
  ServerSystem system{.workers = job.parallelism.data,
                      .queues = job.network.network->name != "alpha_beta"};
  for (const Link& link : topology.links()) system.links.push_back({link.bandwidth, link.latency});
  const Partition parts(Bytes{count}, servers, 1_B);
  for (std::int64_t i = 0; i < servers; ++i) {
    const std::int64_t own = parts.length(i).count();
    ServerSystem::Shard shard{.push = Bytes{own} * job.parallelism.precision.gradient,
                              .pull = Bytes{own} * job.parallelism.precision.weight};
    if (job.updates.apply) shard.apply = shard.push / *job.updates.apply;
    system.shards.push_back(shard);
  }
  const auto places = server_routes::places(job);
  server_routes::Ways ways(job.network, system);
  for (std::int64_t worker = 0; worker < system.workers; ++worker) {
    const DeviceId own = topology.device_of(static_cast<Rank>(worker));
    for (std::int64_t i = 0; i < servers; ++i) {
      const DeviceId server = places[index(i * std::ssize(places) / servers)];
      system.pushes.push_back(ways.way(own, server));
      system.pulls.push_back(ways.way(server, own));
    }
  }
  return system;
}

std::vector<MediumLoad> server_media(const ServerSystem& system, const Topology& topology) {
  std::vector<Bytes> carried(system.links.size());
  for (std::size_t i = 0; i < system.pushes.size(); ++i) {
    const ServerSystem::Shard& shard = system.shards[i % system.shards.size()];
    for (const auto link : system.links_of(system.pushes[i])) carried[link] += shard.push;
    for (const auto link : system.links_of(system.pulls[i])) carried[link] += shard.pull;
  }
  std::vector<MediumLoad> loads;
  for (const std::string& medium : topology.media()) loads.push_back({.medium = medium});
  for (LinkId id = 0; id < carried.size(); ++id) {
    MediumLoad& load = loads[topology.link(id).medium];
    load.bytes += carried[id];
    load.links += carried[id] > Bytes{0} ? 1 : 0;
  }
  return loads;
}

}  // namespace commsim
