// Reduce along trees of switches of height h, each with a share in k pieces of c bytes, the last
// one l:
//   T = h a + ((k + h - 2) c + l) b
// Every switch sums what comes to it from the side away from the root.
#include "collectives/call_options.hpp"
#include "collectives/programs/switch_trees.hpp"

namespace commsim::reduce_sharp {
namespace {

SwitchShares shares_of(const CollectiveCall& call) {
  return shares_by_tree(call, root_of(call), ServerShape::kChain, "sharp");
}

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<RelayProgram>(TreeFlow::kUp, call.layout.ranks(),
                                        call.layout.participants(), shares_of(call).parts);
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  return switch_time(TreeFlow::kUp, shares_of(call), call, inner, outer);
}

const Registration<Algorithm> kRegistration{{
    .name = "reduce/sharp",
    .summary = "switches sum pieces on their way to the root",
    .reference = "Graham et al., Scalable hierarchical aggregation protocol (SHArP): a hardware "
                 "architecture for efficient data reduction, COMHPC 2016",
    .cost = "h a + (S/r + (h-1) c) b, r trees, h links to the farthest rank, pieces of c bytes",
    .parameters = {"chunk", "root"},
    .make = make,
    .closed_form = closed_form,
    .helpers_combine = true,
}};

}  // namespace
}  // namespace commsim::reduce_sharp
