// Recursive doubling all-reduce: T = lg p (a + S b) for a power of two; step k exchanges the whole
// vector with rank r xor 2^k. Other numbers of ranks fold to a power of two first
// (folded_ranks.hpp).
#include <algorithm>

#include "collectives/call_options.hpp"
#include "collectives/logarithm.hpp"
#include "collectives/programs/folded_ranks.hpp"

namespace commsim::all_reduce_recursive_doubling {
namespace {

class RecursiveDoublingProgram final : public Program {
 public:
  RecursiveDoublingProgram(Rank ranks, Bytes size)
      : ranks_(ranks), fold_(ranks), whole_{.length = size} {}

  [[nodiscard]] int participants() const override { return ranks_; }
  [[nodiscard]] int steps(Rank r, int /*lane*/) const override {
    return fold_.steps(r, fold_.levels());
  }

  void step(Rank r, int /*lane*/, int step, Step& out) const override {
    const int k = fold_.fold(r, step, fold_.levels(), whole_, out);
    if (k < 0) return;
    const Rank peer = fold_.real_rank(fold_.core_rank(r) ^ (1 << k));
    out.send(peer, whole_);
    out.receive(peer, whole_, Combine::kReduce);
  }

 private:
  Rank ranks_;
  FoldedRanks fold_;
  Range whole_;
};

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<RecursiveDoublingProgram>(call.layout.ranks(), call.size);
}

// With rem folded ranks the late ones among the core are 0..rem-1. A late rank meets only late ones
// in the first ceil(lg rem) exchanges and pays their latency; after that its peers have long sent,
// and it pays S b alone. The ranks that were not late end one latency and one S b after it.
std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  const auto cost = uniform_cost(call.layout, inner, outer);
  if (!cost) return std::nullopt;
  const FoldedRanks fold(call.layout.ranks());
  const int levels = fold.levels();
  if (fold.folded() == 0) return levels * cost->message(call.size);
  const int among_late = ceil_lg(fold.folded());
  return std::max((levels + 2) * cost->wire(call.size) + (2 + among_late) * cost->latency,
                  (levels + 1) * cost->message(call.size));
}

const Registration<Algorithm> kRegistration{{
    .name = "all_reduce/recursive_doubling",
    .summary = "ranks exchange whole vectors over distances that double",
    .reference = "Thakur, Rabenseifner and Gropp, Optimization of collective communication "
                 "operations in MPICH, IJHPCA 2005",
    .cost = "lg p (a + S b); p no power of two, p' the one below it, r = p - p': the larger of "
            "(2 + ceil(lg r)) a + (lg p' + 2) S b and (lg p' + 1) (a + S b)",
    .parameters = {},
    .make = make,
    .closed_form = closed_form,
}};

}  // namespace
}  // namespace commsim::all_reduce_recursive_doubling
