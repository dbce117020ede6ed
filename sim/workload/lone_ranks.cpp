#include "sim/workload/lone_ranks.hpp"

#include <map>
#include <utility>

namespace commsim::lone_ranks {
namespace {

RankEdge edge_of(const Topology& topology, DeviceId device) {
  RankEdge edge;
  for (const LinkId id : topology.in_links(device)) {
    edge.in += topology.link(id).bandwidth.bits_per_second();
  }
  for (const LinkId id : topology.out_links(device)) {
    edge.out += topology.link(id).bandwidth.bits_per_second();
  }
  return edge;
}

}  // namespace
}  // namespace commsim::lone_ranks

namespace commsim {

LoneRanks::LoneRanks(const Topology& topology) {
  std::map<std::pair<Int128, Int128>, std::uint32_t> known;
  kind_of_.reserve(topology.ranks().size());
  for (Rank rank = 0; rank < topology.rank_count(); ++rank) {
    const RankEdge edge = lone_ranks::edge_of(topology, topology.device_of(rank));
    all_.in += edge.in;
    all_.out += edge.out;
    const bool as_before = rank > 0 && kinds_[kind_of_.back()].edge == edge;
    const auto fresh = static_cast<std::uint32_t>(kinds_.size());
    const std::uint32_t kind =
        as_before ? kind_of_.back()
                  : known.try_emplace(std::pair(edge.in, edge.out), fresh).first->second;
    kind_of_.push_back(kind);
    if (kind == fresh) {
      kinds_.push_back({.edge = edge, .first = rank});
    } else if (kinds_[kind].second < 0) {
      kinds_[kind].second = rank;
    }
  }
}

}  // namespace commsim
