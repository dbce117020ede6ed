// Barrier along a tree of switches of height h: T = 2 h a. An empty message goes up when all below
// have come, and one comes down when all have.
#include "collectives/programs/switch_trees.hpp"

namespace commsim::barrier_sharp {
namespace {

SwitchShares shares_of(CollectiveCall call) {
  call.size = Bytes{0};
  SwitchShares shares = shares_by_tree(call, std::nullopt, ServerShape::kStar, "sharp");
  shares.parts.resize(1, shares.parts.front());  // one tree is enough
  return shares;
}

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<RelayProgram>(TreeFlow::kUpAndDown, call.layout.ranks(),
                                        call.layout.participants(), shares_of(call).parts);
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  return switch_time(TreeFlow::kUpAndDown, shares_of(call), call, inner, outer);
}

const Registration<Algorithm> kRegistration{{
    .name = "barrier/sharp",
    .summary = "switches wait for all below them, and the highest lets all go",
    .reference = "Graham et al., Scalable hierarchical aggregation protocol (SHArP): a hardware "
                 "architecture for efficient data reduction, COMHPC 2016",
    .cost = "2 h a, h links from the highest switch to the farthest rank",
    .parameters = {},
    .make = make,
    .closed_form = closed_form,
    .helpers_combine = true,
}};

}  // namespace
}  // namespace commsim::barrier_sharp
