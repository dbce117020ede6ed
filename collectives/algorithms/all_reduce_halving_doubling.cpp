// Halving-doubling all-reduce: T = 2 lg p a + 2 (p - 1) / p S b for a power of two. Reduce-scatter
// by recursive halving (distance p/2 first), all-gather by recursive doubling, backwards. Other
// numbers of ranks fold to a power of two first (folded_ranks.hpp), which costs 2 (a + S b).
#include "collectives/call_options.hpp"
#include "collectives/programs/folded_ranks.hpp"
#include "collectives/programs/recursive_program.hpp"

namespace commsim::all_reduce_halving_doubling {
namespace {

class HalvingDoublingProgram final : public Program {
 public:
  HalvingDoublingProgram(Rank ranks, Bytes size, Bytes element)
      : ranks_(ranks), fold_(ranks), whole_{.length = size}, chunks_(size, fold_.core(), element) {}

  [[nodiscard]] int participants() const override { return ranks_; }
  [[nodiscard]] int steps(Rank r, int /*lane*/) const override {
    return fold_.steps(r, 2 * fold_.levels());
  }

  void step(Rank r, int /*lane*/, int step, Step& out) const override {
    const int levels = fold_.levels();
    const int i = fold_.fold(r, step, 2 * levels, whole_, out);
    if (i < 0) return;
    const bool halving = i < levels;
    const Rank distance = 1 << (halving ? levels - 1 - i : i - levels);
    const Rank self = fold_.core_rank(r);
    const Rank peer = self ^ distance;
    const Range own = recursive_block(chunks_, self, distance);
    const Range other = recursive_block(chunks_, peer, distance);
    out.send(fold_.real_rank(peer), halving ? other : own);
    out.receive(fold_.real_rank(peer), halving ? own : other,
                halving ? Combine::kReduce : Combine::kCopy);
  }

 private:
  Rank ranks_;
  FoldedRanks fold_;
  Range whole_;
  Partition chunks_;
};

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<HalvingDoublingProgram>(call.layout.ranks(), call.size, call.element);
}

// The first chunks are the longest, and rank 0 always receives the first. When ranks are folded and
// chunks differ, the late ranks need not hold the longest ones; no closed form is claimed then.
std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  const auto cost = uniform_cost(call.layout, inner, outer);
  if (!cost) return std::nullopt;
  const FoldedRanks fold(call.layout.ranks());
  Duration time{0};
  if (fold.folded() > 0) {
    if (call.size / call.element % fold.core() != 0) return std::nullopt;
    time = 2 * cost->message(call.size);
  }
  const Partition chunks(call.size, fold.core(), call.element);
  for (Rank distance = fold.core() / 2; distance > 0; distance /= 2) {
    time += 2 * cost->message(chunks.offset(distance));
  }
  return time;
}

const Registration<Algorithm> kRegistration{{
    .name = "all_reduce/halving_doubling",
    .summary = "halves are summed over distances that halve and spread over distances that double",
    .reference = "Thakur, Rabenseifner and Gropp, Optimization of collective communication "
                 "operations in MPICH, IJHPCA 2005 (Rabenseifner's algorithm)",
    .cost = "2 lg p a + 2 (p-1)/p S b; p no power of two, p' the one below it: "
            "2 (lg p' + 1) a + 2 (1 + (p'-1)/p') S b",
    .parameters = {},
    .make = make,
    .closed_form = closed_form,
}};

}  // namespace
}  // namespace commsim::all_reduce_halving_doubling
