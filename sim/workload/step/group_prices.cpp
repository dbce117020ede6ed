#include "sim/workload/step/group_prices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "collectives/call_options.hpp"
#include "collectives/compose.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "core/random.hpp"
#include "sim/workload/program_run.hpp"

namespace commsim::group_prices {
namespace {

CollectiveCall call_of(const CollectiveRun& network, const GroupCall& call,
                       const std::vector<int>& servers, const std::vector<Rank>& members) {
  const auto ranks = std::ssize(members);
  const Bytes element = call.compression == nullptr ? network.call.element : call.element;
  const Bytes multiple = element * ranks;
  const Bytes size = multiple * ((call.size + multiple - 1_B) / multiple);
  CollectiveCall made{.kind = call.kind,
                      .size = size,
                      .element = element,
                      .layout = group_layout(network.cluster->layout, servers, members)};
  if (call.kind == CollectiveKind::kSendRecv) made.pattern = "shift";
  return made;
}

std::unique_ptr<Program> program_of(const CollectiveRun& network, const GroupCall& call,
                                    const Algorithm& algorithm) {
  const std::vector<int> servers = servers_of(network.cluster->layout);
  std::vector<ProgramGroup> groups;
  groups.reserve(call.groups->groups.size());
  for (const auto& members : call.groups->groups) {
    const CollectiveCall own = call_of(network, call, servers, members);
    auto program = call.compression == nullptr
                       ? algorithm.make(own)
                       : compressed_program(algorithm, own, call.compression->coding);
    groups.push_back({.program = std::move(program), .members = members});
  }
  return on_groups(network.cluster->topology.rank_count(), std::move(groups));
}

bool is_within_server(const Topology& topology, const Link& link) {
  const std::int32_t server = topology.device(link.from).server;
  return server >= 0 && topology.device(link.to).server == server;
}

GroupPrice simulated(const CollectiveRun& network, const GroupCall& call,
                     const Algorithm& algorithm) {
  const auto program = program_of(network, call, algorithm);
  const SimulationOutcome outcome = simulate_program(network, *program, Watch::kLinks);
  GroupPrice price{.time = outcome.time};
  price.algorithm = algorithm.name.substr(algorithm.name.find('/') + 1);
  const Topology& topology = network.cluster->topology;
  for (const std::string& medium : topology.media()) price.media.push_back({.medium = medium});
  Duration busiest{0};
  for (LinkId id = 0; id < outcome.links.bytes.size(); ++id) {
    const Bytes bytes = outcome.links.bytes[id];
    const Link& link = topology.link(id);
    price.media[link.medium].bytes += bytes;
    price.media[link.medium].links += bytes > Bytes{0} ? 1 : 0;
    if (bytes > Bytes{0} && !is_within_server(topology, link)) price.within_servers = false;
    const Duration busy = bytes / link.bandwidth;
    if (busy <= busiest) continue;
    busiest = busy;
    price.bottleneck = topology.link_name(id);
  }
  return price;
}

// Those that the field uses; others must be asked for by name.
constexpr std::array<std::string_view, 8> kCandidates = {"ring",
                                                         "hierarchical",
                                                         "double_binary_tree",
                                                         "halving_doubling",
                                                         "recursive_doubling",
                                                         "direct",
                                                         "pairwise",
                                                         "one_shot"};

GroupPrice fastest(const CollectiveRun& network, const GroupCall& call) {
  std::optional<GroupPrice> best;
  for (const std::string& name : algorithm_names(call.kind)) {
    if (std::find(kCandidates.begin(), kCandidates.end(), name) == kCandidates.end()) continue;
    try {
      GroupPrice price = simulated(network, call, find_algorithm(call.kind, name));
      if (!best || price.time < best->time) best = std::move(price);
    } catch (const RequestError&) {
      continue;  // not for such groups
    }
  }
  if (!best) {
    throw RequestError(fmt::format("no algorithm of {} can do groups of {} ranks",
                                   collective(call.kind).name, call.groups->groups[0].size()));
  }
  return *std::move(best);
}

}  // namespace
}  // namespace commsim::group_prices

namespace commsim {

RankGroups rank_groups(std::vector<std::vector<Rank>> groups) {
  std::uint64_t hash = groups.size();
  for (const auto& members : groups) {
    hash = mix(hash ^ members.size());
    for (const Rank rank : members) hash = mix(hash ^ static_cast<std::uint64_t>(rank));
  }
  return {.groups = std::move(groups), .hash = hash};
}

RankLayout group_layout(const RankLayout& all, const std::vector<int>& servers,
                        const std::vector<Rank>& members) {
  std::map<int, std::vector<Rank>> by_server;
  for (std::size_t i = 0; i < members.size(); ++i) {
    by_server[servers[index(members[i])]].push_back(static_cast<Rank>(i));
  }
  RankLayout layout;
  std::size_t largest = 1;
  for (auto& [server, own] : by_server) {
    largest = std::max(largest, own.size());
    layout.servers.push_back(std::move(own));
  }
  layout.rails = std::min(all.rails, static_cast<int>(largest));
  return layout;
}

const GroupPrice& GroupPrices::price(const CollectiveRun& network, const GroupCall& call) {
  const Key key{network.cluster,   network.network,   network.routing,     network.connections,
                network.switching, call.groups->hash, call.kind,           call.size.count(),
                call.algorithm,    call.compression,  call.element.count()};
  {
    const std::lock_guard lock(mutex_);
    const auto place = known_.find(key);
    if (place != known_.end()) return place->second;
  }
  GroupPrice price =
      call.algorithm == "auto"
          ? group_prices::fastest(network, call)
          : group_prices::simulated(network, call, find_algorithm(call.kind, call.algorithm));
  const std::lock_guard lock(mutex_);
  return known_.try_emplace(key, std::move(price)).first->second;
}

}  // namespace commsim
