// Pipelined chain reduction in k pieces of c bytes, the last one l:
//   T = (p - 1) a + ((p - 3 + k) c + l) b
#include "collectives/call_options.hpp"
#include "collectives/programs/tree_pipeline.hpp"

namespace commsim::reduce_chain {
namespace {

constexpr TreeFlow kFlow = TreeFlow::kUp;

std::vector<PipelinedTree> trees_of(const CollectiveCall& call) {
  return chain_of(call, root_of(call), -1);
}

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<TreePipeline>(kFlow, trees_of(call));
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  return pipeline_time(kFlow, trees_of(call), call, inner, outer);
}

const Registration<Algorithm> kRegistration{{
    .name = "reduce/chain",
    .summary = "pieces are summed from the rank after the root through all ranks in order",
    .reference = "Thakur, Rabenseifner and Gropp, Optimization of collective communication "
                 "operations in MPICH, IJHPCA 2005; NCCL",
    .cost = "(p-1) a + (p-2+k) c b, k pieces of c bytes",
    .parameters = {"chunk", "root"},
    .make = make,
    .closed_form = closed_form,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim::reduce_chain
