// The schedules along a minimum spanning tree of the network.
#pragma once

#include "collectives/programs/relay_tree.hpp"

namespace commsim {

/// The program of a call along the layout's spanning tree, seen from the call's root (rank 0 for
/// all_reduce), in pieces of the call's chunk, by default default_chunk(). Throws RequestError with
/// the algorithms that are legal if the layout has no spanning tree.
std::unique_ptr<Program> make_spanning_tree(TreeFlow flow, const CollectiveCall& call);
/// relay_time() of that program; nothing if links differ.
std::optional<Duration> spanning_tree_time(TreeFlow flow, const CollectiveCall& call,
                                           AlphaBetaCost inner, AlphaBetaCost outer);

}  // namespace commsim
