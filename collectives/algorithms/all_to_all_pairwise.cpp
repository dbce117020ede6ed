// Pairwise all-to-all. In step k = 1..p-1 rank r sends to r + k and receives from r - k (for powers
// of two r xor k costs the same):
//   T = (p - 1) (a + S b / p)
#include "collectives/block_matrix.hpp"
#include "collectives/call_options.hpp"

namespace commsim::all_to_all_pairwise {
namespace {

class PairwiseAllToAll final : public Program {
 public:
  explicit PairwiseAllToAll(const CollectiveCall& call) : blocks_(call) {}

  [[nodiscard]] int participants() const override { return blocks_.ranks(); }
  // A lone rank still has its own block to copy.
  [[nodiscard]] int steps(Rank /*participant*/, int /*lane*/) const override {
    return std::max(blocks_.ranks() - 1, 1);
  }
  void step(Rank r, int /*lane*/, int step, Step& out) const override {
    const Rank p = blocks_.ranks();
    if (step == 0) out.copy(blocks_.sent(r, r), blocks_.received(r, r));
    if (p == 1) return;
    const Rank to = (r + step + 1) % p;
    const Rank from = (r - step - 1 + p) % p;
    out.send(to, blocks_.sent(r, to));
    out.receive(from, blocks_.received(from, r), Combine::kCopy);
  }
  // Rank 1 follows rank 0, and so on round all of them.
  [[nodiscard]] bool looks_like(const Program& other, std::span<const Rank> image) const override {
    const auto* that = dynamic_cast<const PairwiseAllToAll*>(&other);
    if (that == nullptr || !blocks_.equal() || !that->blocks_.equal() ||
        that->blocks_.ranks() != blocks_.ranks() ||
        that->blocks_.length(0, 0) != blocks_.length(0, 0)) {
      return false;
    }
    for (std::size_t r = 0; r < image.size(); ++r) {
      const Rank next = image[r + 1 < image.size() ? r + 1 : 0];
      if (next != (image[r] + 1) % blocks_.ranks()) return false;
    }
    return true;
  }

 private:
  BlockMatrix blocks_;
};

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<PairwiseAllToAll>(call);
}

// With unequal blocks a late rank may have a short one to send; no closed form is claimed then.
std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  const Rank p = call.layout.ranks();
  const auto cost = uniform_cost(call.layout, inner, outer);
  const bool equal = call.matrix.empty() && call.size / call.element % p == 0;
  if (!cost || !equal) return std::nullopt;
  return (p - 1) * cost->message(Partition(call.size, p, call.element).longest());
}

const Registration<Algorithm> kRegistration{{
    .name = "all_to_all/pairwise",
    .summary = "in step k each rank sends a block to the rank k further on",
    .reference = "Thakur, Rabenseifner and Gropp, Optimization of collective communication "
                 "operations in MPICH, IJHPCA 2005",
    .cost = "(p-1) (a + S b / p)",
    .parameters = {"matrix"},
    .make = make,
    .closed_form = closed_form,
}};

}  // namespace
}  // namespace commsim::all_to_all_pairwise
