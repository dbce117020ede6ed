// Direct gather: T = a + S b / p on links of its own for each pair.
#include "collectives/call_options.hpp"
#include "collectives/programs/rooted_direct.hpp"

namespace commsim::gather_direct {
namespace {

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<RootedDirect>(TreeFlow::kUp, root_of(call),
                                        Shards(call.size, call.layout.ranks(), call.element));
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  return rooted_direct_time(root_of(call), call, inner, outer);
}

const Registration<Algorithm> kRegistration{{
    .name = "gather/direct",
    .summary = "every rank sends its shard to the root at once",
    .reference = "NVIDIA/nccl-tests, src/gather.cu",
    .cost = "a + S b / p, each pair on a link of its own",
    .parameters = {"root"},
    .make = make,
    .closed_form = closed_form,
}};

}  // namespace
}  // namespace commsim::gather_direct
