// Pairwise reduce-scatter. In step k = 1..p-1 rank r sends the shard of r + k to it and sums what
// r - k sends:
//   T = (p - 1) (a + S b / p)
#include "collectives/call_options.hpp"
#include "collectives/shards.hpp"

namespace commsim::reduce_scatter_pairwise {
namespace {

class PairwiseReduceScatter final : public Program {
 public:
  explicit PairwiseReduceScatter(const Shards& shards) : shards_(shards) {}

  [[nodiscard]] int participants() const override { return shards_.ranks(); }
  [[nodiscard]] int steps(Rank /*participant*/, int /*lane*/) const override {
    return shards_.ranks() - 1;
  }
  void step(Rank r, int /*lane*/, int step, Step& out) const override {
    const Rank p = shards_.ranks();
    const Rank to = (r + step + 1) % p;
    out.send(to, shards_.shard(to));
    out.receive((r - step - 1 + p) % p, shards_.shard(r), Combine::kReduce);
  }

 private:
  Shards shards_;
};

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<PairwiseReduceScatter>(
      Shards(call.size, call.layout.ranks(), call.element));
}

// With unequal shards a late rank may have a short one to send; no closed form is claimed then.
std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  const Rank p = call.layout.ranks();
  const auto cost = uniform_cost(call.layout, inner, outer);
  if (!cost || call.size / call.element % p != 0) return std::nullopt;
  return (p - 1) * cost->message(Partition(call.size, p, call.element).longest());
}

const Registration<Algorithm> kRegistration{{
    .name = "reduce_scatter/pairwise",
    .summary = "in step k each rank sends the shard of the rank k further on to it",
    .reference = "Thakur, Rabenseifner and Gropp, Optimization of collective communication "
                 "operations in MPICH, IJHPCA 2005",
    .cost = "(p-1) (a + S b / p)",
    .parameters = {},
    .make = make,
    .closed_form = closed_form,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim::reduce_scatter_pairwise
