// Two-shot all-reduce: a direct reduce-scatter, then a direct all-gather.
//   T = 2 (a + S b / p) on links of its own for each pair
#include "collectives/call_options.hpp"
#include "collectives/programs/direct_program.hpp"
#include "collectives/programs/sequence.hpp"

namespace commsim::all_reduce_two_shot {
namespace {

std::unique_ptr<Program> make(const CollectiveCall& call) {
  const Rank p = call.layout.ranks();
  const Partition shards(call.size, p, call.element);
  return in_sequence(std::make_unique<DirectProgram>(p, shards, true),
                     std::make_unique<DirectProgram>(p, shards, false));
}

// Whoever has the slowest message in the first shot has it in the second, unless shards and links
// both differ.
std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  const bool equal = call.size / call.element % call.layout.ranks() == 0;
  if (!equal && !uniform_cost(call.layout, inner, outer)) return std::nullopt;
  return 2 * *direct_time(call, inner, outer);
}

const Registration<Algorithm> kRegistration{{
    .name = "all_reduce/two_shot",
    .summary = "each rank sums its shard of all vectors at once and sends the sum to all others",
    .reference = "NVIDIA/nccl 2.27, src/sym_kernels.cc; vllm-project/vllm, csrc/custom_all_reduce",
    .cost = "2 (a + S b / p), each pair on a link of its own",
    .parameters = {},
    .make = make,
    .closed_form = closed_form,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim::all_reduce_two_shot
