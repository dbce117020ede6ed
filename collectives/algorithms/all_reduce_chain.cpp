// Pipelined chain all-reduce: pieces are summed from rank 0 to the last rank and sent back, in k
// pieces of c bytes, the last one l:
//   T = 2 (p - 1) a + ((2 (p - 1) + k - 2) c + l) b
#include "collectives/programs/tree_pipeline.hpp"

namespace commsim::all_reduce_chain {
namespace {

constexpr TreeFlow kFlow = TreeFlow::kUpAndDown;

std::vector<PipelinedTree> trees_of(const CollectiveCall& call) {
  return chain_of(call, call.layout.ranks() - 1, -1);
}

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<TreePipeline>(kFlow, trees_of(call));
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  return pipeline_time(kFlow, trees_of(call), call, inner, outer);
}

const Registration<Algorithm> kRegistration{{
    .name = "all_reduce/chain",
    .summary = "pieces are summed along all ranks in order and come back the same way",
    .reference = "the trees of NCCL 2.4 within one server, which are chains; Patarasuk "
                 "and Yuan, Bandwidth optimal all-reduce algorithms, JPDC 2009",
    .cost = "2 (p-1) a + (2 (p-1) - 1 + k) c b, k pieces of c bytes",
    .parameters = {"chunk"},
    .make = make,
    .closed_form = closed_form,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim::all_reduce_chain
