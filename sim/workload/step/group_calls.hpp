// Calls that all groups of a kind make at once, as one program of the cluster's ranks.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "calibrate/physics/physics.hpp"
#include "sim/workload/collective_run.hpp"
#include "sim/workload/compression.hpp"

namespace commsim {

/// Groups that share no rank, each in the order in which its ranks are numbered.
struct RankGroups {
  std::vector<std::vector<Rank>> groups;
  std::uint64_t hash = 0;  ///< of the groups
};

RankGroups rank_groups(std::vector<std::vector<Rank>> groups);

/// What an algorithm may know of a group's ranks: member i is rank i of its layout. `servers` holds
/// the server of every rank, as servers_of() has them.
RankLayout group_layout(const RankLayout& all, const std::vector<int>& servers,
                        const std::vector<Rank>& members);

/// The algorithm of calls that take what the physics of a library says.
inline constexpr std::string_view kByPhysics = "physics";

struct GroupCall {
  const RankGroups* groups = nullptr;
  CollectiveKind kind = CollectiveKind::kAllReduce;
  Bytes size;             ///< padded to a multiple of the group's ranks
  std::string algorithm;  ///< or "auto": the fastest of those that can; "physics"
  const Compression* compression = nullptr;  ///< nullptr: none
  Bytes element{1};                          ///< of a number; only codecs ask
  const Physics* physics = nullptr;          ///< of the algorithm "physics"
};

/// The call of the first group; send_recv goes round: each rank sends to the next one, the last to
/// the first.
CollectiveCall first_call(const CollectiveRun& network, const GroupCall& call);

/// All groups making such a call by that algorithm, each on a layout of its own.
std::unique_ptr<Program> group_program(const CollectiveRun& network, const GroupCall& groups,
                                       const CollectiveCall& call, const Algorithm& algorithm);

}  // namespace commsim
