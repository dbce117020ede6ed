// What the algorithms share in reading a CollectiveCall: defaults, refusals, and costs.
#pragma once

#include <optional>

#include "collectives/algorithm.hpp"
#include "collectives/pieces.hpp"

namespace commsim {

/// NCCL's chunk for trees and chains: the most whole elements in 512 KiB, but at least one.
Bytes default_chunk(const CollectiveCall& call);

/// The call's root; throws RequestError if there is no such rank.
Rank root_of(const CollectiveCall& call);

/// `size` bytes in pieces of the call's chunk, or of `fallback` if it has none. Throws
/// RequestError unless the chunk is a positive multiple of the element and the pieces can be
/// counted.
Pieces pieces_of(Bytes size, const CollectiveCall& call, Bytes fallback);

/// NCCL's MAXCHANNELS.
inline constexpr int kMostChannels = 64;
/// The most that are taken when none are given: MAXCHANNELS of NCCL up to 2.24.
inline constexpr int kMostDefaultChannels = 32;

/// The call's channels, or one for each rail that servers of several ranks have between them (at
/// most kMostDefaultChannels, and `most`), or 1. Throws RequestError if outside 1..most.
int channels_of(const CollectiveCall& call, int most, std::string_view why_no_more);

/// Where channel c of k starts among the g ranks of a server: c g / k, so that channels spread
/// evenly over the server's NICs; channels in excess start over.
int spread_local(int channel, int channels, int ranks);

/// How many ranks the largest server has.
int largest_server(const RankLayout& layout);
/// Whether some messages stay inside a server and others leave it.
bool mixes_links(const RankLayout& layout);

/// The server of each rank.
std::vector<int> servers_of(const RankLayout& layout);

/// The cost that every message has, if there is but one: a single server, servers of one rank, or
/// equal costs.
std::optional<AlphaBetaCost> uniform_cost(const RankLayout& layout, AlphaBetaCost inner,
                                          AlphaBetaCost outer);

/// The same size, element and kind among `ranks` equals, with every parameter at its default.
CollectiveCall flat_call(CollectiveKind kind, Bytes size, Bytes element, Rank ranks);

}  // namespace commsim
