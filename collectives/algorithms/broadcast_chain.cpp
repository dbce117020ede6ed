// Pipelined chain broadcast in k pieces of c bytes, the last one l:
//   T = (p - 1) a + ((p - 3 + k) c + l) b
#include "collectives/call_options.hpp"

namespace commsim {
namespace {

// In a step a rank takes piece i from the rank before it and passes piece i - 1 on.
class ChainProgram final : public Program {
 public:
  ChainProgram(Rank ranks, Rank root, const Pieces& pieces)
      : ranks_(ranks), root_(root), pieces_(pieces) {}

  [[nodiscard]] int participants() const override { return ranks_; }
  [[nodiscard]] int steps(Rank r, int /*lane*/) const override {
    return ranks_ == 1 ? 0 : pieces_.count() + (interior(place(r)) ? 1 : 0);
  }

  void step(Rank r, int /*lane*/, int step, Step& out) const override {
    const Rank at = place(r);
    const int passed = step - (interior(at) ? 1 : 0);
    if (at + 1 < ranks_ && passed >= 0) out.send(r + 1 < ranks_ ? r + 1 : 0, piece(passed));
    if (at > 0 && step < pieces_.count()) {
      out.receive(r > 0 ? r - 1 : ranks_ - 1, piece(step), Combine::kCopy);
    }
  }

 private:
  [[nodiscard]] Rank place(Rank r) const { return r >= root_ ? r - root_ : r - root_ + ranks_; }
  [[nodiscard]] bool interior(Rank place) const { return place > 0 && place + 1 < ranks_; }
  [[nodiscard]] Range piece(int i) const {
    return {.offset = pieces_.offset(i), .length = pieces_.length(i)};
  }

  Rank ranks_;
  Rank root_;
  Pieces pieces_;
};

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<ChainProgram>(call.layout.ranks(), root_of(call),
                                        pieces_of(call.size, call, default_chunk(call)));
}

// Only the last link sees that the last piece is shorter: on the others it waits for the one
// before.
std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  const Pieces pieces = pieces_of(call.size, call, default_chunk(call));
  const auto cost = uniform_cost(call.layout, inner, outer);
  if (!cost) return std::nullopt;
  const Rank links = call.layout.ranks() - 1;
  if (links == 0) return Duration{0};
  return (links + pieces.count() - 2) * cost->wire(pieces.first()) + cost->wire(pieces.last()) +
         links * cost->latency;
}

const Registration<Algorithm> kRegistration{{
    .name = "broadcast/chain",
    .summary = "pieces pass from the root through all ranks in order",
    .reference = "Thakur, Rabenseifner and Gropp, Optimization of collective communication "
                 "operations in MPICH, IJHPCA 2005; NCCL",
    .cost = "(p-1) a + (p-2+k) c b, k pieces of c bytes",
    .parameters = {"chunk", "root"},
    .make = make,
    .closed_form = closed_form,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim
