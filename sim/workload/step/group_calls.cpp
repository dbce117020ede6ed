#include "sim/workload/step/group_calls.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "collectives/call_options.hpp"
#include "collectives/compose.hpp"
#include "core/index.hpp"
#include "core/random.hpp"

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
  // As many NICs as stand by these GPUs, if each GPU has its own.
  const int gpus = std::max(1, largest_server(all));
  const int of_each = (all.rails + gpus - 1) / gpus;
  layout.rails = std::min(all.rails, static_cast<int>(largest) * of_each);
  return layout;
}

CollectiveCall first_call(const CollectiveRun& network, const GroupCall& call) {
  const auto& members = call.groups->groups.front();
  const Bytes element = call.compression == nullptr ? network.call.element : call.element;
  const Bytes multiple = element * std::ssize(members);
  const Bytes size = multiple * ((call.size + multiple - 1_B) / multiple);
  const RankLayout& all = network.cluster->layout;
  CollectiveCall made{.kind = call.kind,
                      .size = size,
                      .element = element,
                      .layout = group_layout(all, servers_of(all), members)};
  if (call.kind == CollectiveKind::kSendRecv) made.pattern = "shift";
  return made;
}

std::unique_ptr<Program> group_program(const CollectiveRun& network, const GroupCall& groups,
                                       const CollectiveCall& call, const Algorithm& algorithm) {
  const RankLayout& all = network.cluster->layout;
  const std::vector<int> servers = servers_of(all);
  std::vector<ProgramGroup> programs;
  programs.reserve(groups.groups->groups.size());
  CollectiveCall own = call;
  for (const auto& members : groups.groups->groups) {
    own.layout = group_layout(all, servers, members);
    auto program = groups.compression == nullptr
                       ? algorithm.make(own)
                       : compressed_program(algorithm, own, groups.compression->coding);
    programs.push_back({.program = std::move(program), .members = members});
  }
  return on_groups(network.cluster->topology.rank_count(), std::move(programs));
}

}  // namespace commsim
