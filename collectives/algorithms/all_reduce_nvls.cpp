// All-reduce in the switches of servers, in k pieces of c bytes, the last one l, g ranks a server:
//   T = 4 a + ((k + 2 / g) c + l) b on one server
// All ranks send a piece to the switch; it sends the sum of part i to rank i, which sends it back
// to be multicast: S (1 + 1/g) leave and enter a rank, so that bus bandwidth comes to 2 (g-1) /
// (g+1) of a link. Between servers part i of each piece is summed by the i-th ranks, before it is
// sent back.
#include <fmt/format.h>

#include <algorithm>

#include "collectives/call_options.hpp"
#include "collectives/legal_algorithms.hpp"
#include "collectives/partition.hpp"
#include "collectives/programs/level_stages.hpp"
#include "collectives/programs/nvls_program.hpp"
#include "collectives/programs/switch_trees.hpp"

namespace commsim::all_reduce_nvls {
namespace {

constexpr std::string_view kSelf = "nvls";

const Algorithm& outer_of(const CollectiveCall& call) {
  return find_algorithm(CollectiveKind::kAllReduce,
                        chosen_algorithm("outer", call.outer, "double_binary_tree",
                                         algorithms_but(CollectiveKind::kAllReduce, kSelf)));
}

Pieces pieces_for(const CollectiveCall& call) {
  refuse_without_switches(call);
  refuse_unequal_servers(call, kSelf);
  return pieces_of(call.size, call, switch_chunk(call.size, call.element));
}

std::unique_ptr<Program> make(const CollectiveCall& call) {
  const Pieces pieces = pieces_for(call);
  const Algorithm& outer = outer_of(call);
  const GroupLevels levels = GroupLevels::servers(call, call.layout.participants());
  return in_pieces(pieces, [&](Bytes size) {
    std::vector<std::unique_ptr<Program>> stages;
    stages.push_back(nvls_in_servers(NvlsPhase::kReduceScatter, size, call));
    if (call.layout.servers.size() > 1) {
      stages.push_back(levels.at_level(1, outer, CollectiveKind::kAllReduce, size));
    }
    stages.push_back(nvls_in_servers(NvlsPhase::kAllGather, size, call));
    return stages;
  });
}

// On one server the switch multicasts piece after piece without a gap, from when the first has come
// back. On several it is exact for one piece, for then the first share is the slowest throughout.
std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  const Pieces pieces = pieces_for(call);
  const Algorithm& across = outer_of(call);
  const auto servers = static_cast<Rank>(call.layout.servers.size());
  if (call.layout.ranks() == 1) return Duration{0};
  const Bytes share = Partition(pieces.first(), call.layout.per_server(), call.element).longest();
  const Duration inside = pieces.count() * inner.wire(pieces.first()) + 2 * inner.wire(share) +
                          inner.wire(pieces.last()) + 4 * inner.latency;
  if (servers == 1) return inside;
  if (pieces.count() > 1 || across.closed_form == nullptr) return std::nullopt;
  const Bytes slice =
      Partition(share, GroupLevels::servers(call, call.layout.participants()).slices(1),
                call.element)
          .longest();
  const auto between = across.closed_form(
      flat_call(CollectiveKind::kAllReduce, slice, call.element, servers), outer, outer);
  return between ? std::optional(inside + *between) : std::nullopt;
}

const Registration<Algorithm> kRegistration{{
    .name = "all_reduce/nvls",
    .summary = "the switch of a server sums and multicasts; another algorithm sums between servers",
    .reference = "Klenk et al., An in-network architecture for accelerating shared-memory "
                 "multiprocessor collectives, ISCA 2020; NCCL 2.17, NVLS and NVLSTree",
    .cost = "4 a + (S + (1 + 2/g) c) b on one server of g ranks, in pieces of c bytes, if each "
            "direction of a link carries one stream; S (1 + 1/g) b on a link that all share. With "
            "several servers the all-reduce of S / g bytes by `outer` on top",
    .parameters = {"outer", "chunk"},
    .make = make,
    .closed_form = closed_form,
    .helpers_combine = true,
}};

}  // namespace
}  // namespace commsim::all_reduce_nvls
