// The layout's trees of switches that reduce, as trees to send along.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "collectives/programs/relay_tree.hpp"

namespace commsim {

/// The tree among some of the ranks of a reduction tree: of its switches those that lie between
/// them, seen from the lowest that is above all of them. A single rank stands alone. REQUIRES:
/// `ranks` are in the tree.
RelayTree switch_tree(const ReductionTree& tree, std::span<const Rank> ranks);

/// The numbers of the layout's reduction trees that have all of these ranks.
std::vector<std::size_t> trees_joining(const RankLayout& layout, std::span<const Rank> ranks);

/// Throws RequestError with what is legal instead of `self` if the layout has no reduction tree.
void refuse_without_trees(const CollectiveCall& call, std::string_view self);

/// How the ranks of a server hang on the one that a switch serves.
enum class ServerShape : std::uint8_t { kChain, kStar };

/// Shares of the data, each on a tree of its own over all ranks.
struct SwitchShares {
  std::vector<RelayPart> parts;
  bool through_ranks = false;  ///< whether ranks pass on what others of their server send
};

/// The data in equal shares, one for each reduction tree that joins all ranks, or else for each
/// that joins the i-th ranks of all servers, with the others of a server below its i-th (NCCL's
/// chains of CollNet). Trees are seen from `root` if there is one. Pieces are the call's chunk, by
/// default switch_chunk(). Throws RequestError with what is legal instead of `self` if there is no
/// such tree.
SwitchShares shares_by_tree(const CollectiveCall& call, std::optional<Rank> root, ServerShape shape,
                            std::string_view self);

/// relay_time() where all links cost the same; links to and between switches cost as much as those
/// between servers.
std::optional<Duration> switch_time(TreeFlow flow, const SwitchShares& shares,
                                    const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer);

/// What a switch sums at a time by default: NCCL's 128 KiB (nvlsChunkSize), or a 1024th of `size`
/// if that is more, in whole elements.
Bytes switch_chunk(Bytes size, Bytes element);

}  // namespace commsim
