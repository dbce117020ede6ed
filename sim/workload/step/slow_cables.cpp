#include "sim/workload/step/slow_cables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

#include "core/error.hpp"
#include "core/random.hpp"
#include "topology/changed_links.hpp"

namespace commsim {

namespace {

bool may_be_slow(const Topology& topology, const Link& link, const std::string& medium) {
  if (!medium.empty()) return topology.media()[link.medium] == medium;
  const std::int32_t server = topology.device(link.from).server;
  return server < 0 || topology.device(link.to).server != server;
}

Bandwidth divided(Bandwidth bandwidth, double factor) {
  const double bits = static_cast<double>(bandwidth.bits_per_second()) / factor;
  return Bandwidth::bits_per_second(std::max<std::int64_t>(1, static_cast<std::int64_t>(bits)));
}

}  // namespace

SlowCables::SlowCables(const Cluster& cluster, const Jitter& jitter)
    : cluster_(cluster), jitter_(jitter) {
  const Topology& topology = cluster.topology;
  std::map<std::pair<DeviceId, DeviceId>, std::deque<LinkId>> alone;
  for (LinkId id = 0; id < topology.links().size(); ++id) {
    const Link& link = topology.link(id);
    if (!may_be_slow(topology, link, jitter.links.medium)) continue;
    auto& back = alone[{link.to, link.from}];
    if (back.empty()) {
      alone[{link.from, link.to}].push_back(id);
      cables_.emplace_back(id, id);
    } else {
      cables_.emplace_back(id, back.front());
      back.pop_front();
    }
  }
  if (!cables_.empty()) return;
  if (jitter.links.medium.empty()) {
    throw RequestError("no link is outside of a server; legal: a medium of links that may be slow");
  }
  throw RequestError(fmt::format("no link is of the medium '{}' (legal: {})", jitter.links.medium,
                                 fmt::join(topology.media(), ", ")));
}

std::vector<LinkId> SlowCables::of(std::int64_t repetition) const {
  constexpr std::int64_t kWhichAreSlow = -2;
  std::vector<LinkId> slow;
  for (const auto& [link, cable] : cables_) {
    Random random(
        jitter_bits(jitter_, kWhichAreSlow, repetition, static_cast<std::int64_t>(cable)));
    if (random.unit() < jitter_.links.share) slow.push_back(link);
  }
  return slow;
}

Cluster SlowCables::cluster(const std::vector<LinkId>& slow) const {
  LinkId next = 0;
  Topology topology =
      with_changed_links(cluster_.topology, [&](LinkSpec& spec, std::string_view /*medium*/) {
        if (std::ranges::binary_search(slow, next++)) {
          spec.bandwidth = divided(spec.bandwidth, jitter_.links.factor);
        }
      });
  Cluster changed{.layout = cluster_.layout, .endpoints = cluster_.endpoints};
  changed.topology = std::move(topology);
  return changed;
}

}  // namespace commsim
