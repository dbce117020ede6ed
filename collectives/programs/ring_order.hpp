// In which order the rings of ring algorithms visit the ranks.
#pragma once

#include <vector>

#include "collectives/algorithm.hpp"

namespace commsim {

/// The first `channels` rings of a layout; each lists every rank once, and its last rank sends to
/// its first. Throws RequestError if there are not that many different rings.
///
/// Servers of one rank, or one server: ring c is r -> r + s_c, with the strides that are coprime to
/// the number of ranks in the order 1, p-1, 3, p-3, ..., so that no two rings use the same direct
/// link in the same direction.
///
/// Several servers: server after server; inside a server of g ranks the zigzag path f, f+1, f-1,
/// f+2,
/// ... mod g, backwards on every other server. Ring c of k starts at f = c g / k, so that k rings
/// enter and leave by k NICs, however many GPUs share one; where a rank has several NICs there are
/// as many rings as a server has NICs, and rings c and c + g are alike. For even g the g paths use
/// each ordered pair of ranks once (a Hamiltonian decomposition; Walecki, 1890s), and with an even
/// number of servers a ring leaves a server and enters the next on the same rail.
std::vector<std::vector<Rank>> ring_orders(const RankLayout& layout, int channels);

/// The rings that a call asks for, or those of the default number of channels. Order `plain`: ranks
/// by number, the same ring for each channel. Order `topology`, the default: the layout's own ring
/// where it has one, backwards for every other channel; else as above. Throws RequestError for
/// another order, or more than 64 rings that are no others.
std::vector<std::vector<Rank>> ring_orders(const CollectiveCall& call);

}  // namespace commsim
