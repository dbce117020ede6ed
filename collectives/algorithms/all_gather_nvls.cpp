// All-gather by the switch of a server, in pieces of c bytes: T = 2 a + (S + c / p) b. S / p leave
// a rank and S enter it.
#include "collectives/programs/nvls_program.hpp"

namespace commsim::all_gather_nvls {
namespace {

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return make_nvls(NvlsPhase::kAllGather, call);
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost /*outer*/) {
  return nvls_time(NvlsPhase::kAllGather, call, inner);
}

const Registration<Algorithm> kRegistration{{
    .name = "all_gather/nvls",
    .summary = "every rank sends its shard to the switch of the server, which multicasts it",
    .reference = "Klenk et al., An in-network architecture for accelerating shared-memory "
                 "multiprocessor collectives, ISCA 2020; NCCL 2.17, NVLS",
    .cost = "2 a + (S + c/p) b, in pieces of c bytes",
    .parameters = {"chunk"},
    .make = make,
    .closed_form = closed_form,
    .helpers_combine = true,
}};

}  // namespace
}  // namespace commsim::all_gather_nvls
