// How long a collective takes that all groups of a kind do at once, each message of it simulated.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

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

struct GroupCall {
  const RankGroups* groups = nullptr;
  CollectiveKind kind = CollectiveKind::kAllReduce;
  Bytes size;                                ///< padded to a multiple of the group's ranks
  std::string algorithm;                     ///< or "auto": the fastest of those that can
  const Compression* compression = nullptr;  ///< nullptr: none
  Bytes element{1};                          ///< of a number; only codecs ask
};

struct GroupPrice {
  Duration time{0};
  std::string algorithm;
  std::vector<MediumLoad> media;  ///< bytes of all groups together
  std::string bottleneck;         ///< the busiest link
  /// No message took a link outside of a server, so that groups on different servers do not meet.
  bool within_servers = true;
};

/// Prices of one sweep, worked out once each. send_recv goes round: each rank of a group sends to
/// the next one, the last to the first. Calls that are on their way at the same time as others are
/// priced as if they were not. Any thread may ask.
class GroupPrices {
 public:
  /// `network` says on which cluster, by which model and routes; its call does not matter.
  /// Throws RequestError if the algorithm cannot.
  const GroupPrice& price(const CollectiveRun& network, const GroupCall& call);

 private:
  using Key = std::tuple<const Cluster*, const NetworkModel*, const RoutingPolicy*, std::int64_t,
                         Switching, std::uint64_t, CollectiveKind, std::int64_t, std::string,
                         const Compression*, std::int64_t>;
  std::mutex mutex_;
  std::map<Key, GroupPrice> known_;
};

}  // namespace commsim
