// Hierarchical broadcast in pieces: between the servers on the root's rail, then in every server.
//   T = T_broadcast(N, S) + T_broadcast(g, S) for one piece
#include <algorithm>

#include "collectives/call_options.hpp"
#include "collectives/compose.hpp"
#include "collectives/legal_algorithms.hpp"
#include "collectives/programs/level_stages.hpp"

namespace commsim::broadcast_hierarchical {
namespace {

constexpr std::string_view kSelf = "hierarchical";

struct Parts {
  const Algorithm* inside = nullptr;
  const Algorithm* across = nullptr;
  Rank server = 0;  // of the root
  Rank place = 0;   // of the root in it
  Pieces pieces;
};

Parts parts_of(const CollectiveCall& call) {
  refuse_unequal_servers(call, kSelf);
  const auto legal = algorithms_but(CollectiveKind::kBroadcast, kSelf);
  const std::string inner = chosen_algorithm("inner", call.inner, "chain", legal);
  const std::string outer = chosen_algorithm("outer", call.outer, "chain", legal);
  const Rank root = root_of(call);
  const int server = servers_of(call.layout)[static_cast<std::size_t>(root)];
  const auto& ranks = call.layout.servers[static_cast<std::size_t>(server)];
  const auto place = std::find(ranks.begin(), ranks.end(), root) - ranks.begin();
  return {.inside = &find_algorithm(CollectiveKind::kBroadcast, inner),
          .across = &find_algorithm(CollectiveKind::kBroadcast, outer),
          .server = server,
          .place = static_cast<Rank>(place),
          .pieces = pieces_of(call.size, call, std::max(call.size, call.element))};
}

CollectiveCall part_call(const CollectiveCall& call, Bytes size, Rank ranks, Rank root) {
  CollectiveCall part = flat_call(CollectiveKind::kBroadcast, size, call.element, ranks);
  part.root = root;
  return part;
}

std::unique_ptr<Program> make(const CollectiveCall& call) {
  const Parts parts = parts_of(call);
  const RankLayout& layout = call.layout;
  const auto servers = static_cast<Rank>(layout.servers.size());
  std::vector<Rank> rail;
  rail.reserve(layout.servers.size());
  for (const auto& server : layout.servers) {
    rail.push_back(server[static_cast<std::size_t>(parts.place)]);
  }
  return in_pieces(parts.pieces, [&](Bytes size) {
    std::vector<ProgramGroup> across;
    across.push_back({.program = parts.across->make(part_call(call, size, servers, parts.server)),
                      .members = rail,
                      .offset = Bytes{0}});
    std::vector<ProgramGroup> inside;
    for (const auto& server : layout.servers) {
      const auto g = static_cast<Rank>(server.size());
      inside.push_back({.program = parts.inside->make(part_call(call, size, g, parts.place)),
                        .members = server,
                        .offset = Bytes{0}});
    }
    std::vector<std::unique_ptr<Program>> stages;
    stages.push_back(on_groups(layout.ranks(), std::move(across)));
    stages.push_back(on_groups(layout.ranks(), std::move(inside)));
    return stages;
  });
}

// Exact for one piece: the server that has the data last needs as long as any other.
std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  const Parts parts = parts_of(call);
  if (parts.pieces.count() > 1 || parts.across->closed_form == nullptr ||
      parts.inside->closed_form == nullptr) {
    return std::nullopt;
  }
  const auto servers = static_cast<Rank>(call.layout.servers.size());
  const auto across =
      parts.across->closed_form(part_call(call, call.size, servers, parts.server), outer, outer);
  const auto inside = parts.inside->closed_form(
      part_call(call, call.size, call.layout.per_server(), parts.place), inner, inner);
  if (!across || !inside) return std::nullopt;
  return *across + *inside;
}

const Registration<Algorithm> kRegistration{{
    .name = "broadcast/hierarchical",
    .summary = "broadcast between servers on the root's rail, then in every server",
    .reference = "Karonis et al., Exploiting hierarchy in parallel computer networks to optimize "
                 "collective operation performance, IPDPS 2000",
    .cost = "T_broadcast(N, S) + T_broadcast(g, S), N servers of g ranks",
    .parameters = {"inner", "outer", "chunk", "root"},
    .make = make,
    .closed_form = closed_form,
    .bandwidth_optimal = true,  // with the default parameters
}};

}  // namespace
}  // namespace commsim::broadcast_hierarchical
