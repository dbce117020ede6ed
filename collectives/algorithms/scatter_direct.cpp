// Direct scatter: T = a + S b / p on links of its own for each pair.
#include "collectives/call_options.hpp"
#include "collectives/programs/rooted_direct.hpp"

namespace commsim::scatter_direct {
namespace {

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<RootedDirect>(TreeFlow::kDown, root_of(call),
                                        Shards(call.size, call.layout.ranks(), call.element));
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  return rooted_direct_time(root_of(call), call, inner, outer);
}

const Registration<Algorithm> kRegistration{{
    .name = "scatter/direct",
    .summary = "the root sends every rank its shard at once",
    .reference = "NVIDIA/nccl-tests, src/scatter.cu",
    .cost = "a + S b / p, each pair on a link of its own",
    .parameters = {"root"},
    .make = make,
    .closed_form = closed_form,
}};

}  // namespace
}  // namespace commsim::scatter_direct
