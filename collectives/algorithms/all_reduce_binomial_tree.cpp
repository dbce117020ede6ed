// Binomial tree all-reduce, a reduction to rank 0 and a broadcast from it:
//   reduce     floor(lg p) (a + S b)              children of a rank wait for nobody but their own
//   broadcast  floor(lg p) a + ceil(lg p) S b     a rank serves its children one after another
#include <algorithm>

#include "collectives/call_options.hpp"
#include "collectives/logarithm.hpp"

namespace commsim {
namespace {

// Rank r has the children r + 2^k for each k below its lowest bit, as far as they exist.
class BinomialTreeProgram final : public Program {
 public:
  BinomialTreeProgram(Rank ranks, Bytes size) : ranks_(ranks), whole_{.length = size} {}

  [[nodiscard]] int participants() const override { return ranks_; }
  [[nodiscard]] int steps(Rank r, int /*lane*/) const override {
    return 2 * children(r) + (r == 0 ? 0 : 2);
  }

  void step(Rank r, int /*lane*/, int step, Step& out) const override {
    const int below = children(r);
    if (step < below) return out.receive(r + (1 << step), whole_, Combine::kReduce);
    int spread = step - below;
    if (r != 0) {
      const Rank parent = r & (r - 1);
      if (spread == 0) return out.send(parent, whole_);
      if (spread == 1) return out.receive(parent, whole_, Combine::kCopy);
      spread -= 2;
    }
    out.send(r + (1 << (below - 1 - spread)), whole_);  // the largest subtree first
  }

 private:
  [[nodiscard]] int children(Rank r) const {
    const Rank beyond = ranks_ - 1 - r;
    const int existing = beyond == 0 ? 0 : floor_lg(beyond) + 1;
    return r == 0 ? existing : std::min(existing, lowest_bit_number(r));
  }

  Rank ranks_;
  Range whole_;
};

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<BinomialTreeProgram>(call.layout.ranks(), call.size);
}

// Rank 2^floor(lg p) - 1 has the deepest place and hears last.
std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  const auto cost = uniform_cost(call.layout, inner, outer);
  if (!cost) return std::nullopt;
  const int floor = floor_lg(call.layout.ranks());
  const int ceil = ceil_lg(call.layout.ranks());
  return (ceil + floor) * cost->wire(call.size) + 2 * floor * cost->latency;
}

const Registration<Algorithm> kRegistration{{
    .name = "all_reduce/binomial_tree",
    .summary = "the whole vector is summed up a binomial tree and sent down again",
    .reference = "Thakur, Rabenseifner and Gropp, Optimization of collective communication "
                 "operations in MPICH, IJHPCA 2005",
    .cost = "2 floor(lg p) a + (ceil(lg p) + floor(lg p)) S b",
    .parameters = {},
    .make = make,
    .closed_form = closed_form,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim
