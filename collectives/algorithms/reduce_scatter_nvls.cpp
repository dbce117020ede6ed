// Reduce-scatter in the switch of a server, in pieces of c bytes: T = 2 a + (S + c / p) b. S leave
// a rank and S / p enter it.
#include "collectives/programs/nvls_program.hpp"

namespace commsim::reduce_scatter_nvls {
namespace {

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return make_nvls(NvlsPhase::kReduceScatter, call);
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost /*outer*/) {
  return nvls_time(NvlsPhase::kReduceScatter, call, inner);
}

const Registration<Algorithm> kRegistration{{
    .name = "reduce_scatter/nvls",
    .summary = "the switch of the server sums what all ranks send and gives each its shard",
    .reference = "Klenk et al., An in-network architecture for accelerating shared-memory "
                 "multiprocessor collectives, ISCA 2020; NCCL 2.17, NVLS",
    .cost = "2 a + (S + c/p) b, in pieces of c bytes",
    .parameters = {"chunk"},
    .make = make,
    .closed_form = closed_form,
    .helpers_combine = true,
}};

}  // namespace
}  // namespace commsim::reduce_scatter_nvls
