// All-reduce in one step: every rank sends its whole vector to all others and sums what it
// receives.
//   T = a + S b, each pair on a link of its own
#include <memory>

#include "collectives/algorithm.hpp"

namespace commsim::all_reduce_one_shot {
namespace {

class OneShot final : public Program {
 public:
  explicit OneShot(const CollectiveCall& call) : ranks_(call.layout.ranks()), size_(call.size) {}

  [[nodiscard]] int participants() const override { return ranks_; }
  [[nodiscard]] int steps(Rank /*participant*/, int /*lane*/) const override {
    return ranks_ > 1 ? 1 : 0;
  }
  void step(Rank participant, int /*lane*/, int /*step*/, Step& out) const override {
    for (Rank peer = 0; peer < ranks_; ++peer) {
      if (peer == participant) continue;
      out.send(peer, {.length = size_});
      out.receive(peer, {.length = size_}, Combine::kReduce);
    }
  }

 private:
  Rank ranks_;
  Bytes size_;
};

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<OneShot>(call);
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  if (call.layout.ranks() == 1) return Duration{0};
  return std::max(inner.message(call.size), outer.message(call.size));
}

const Registration<Algorithm> registration{{
    .name = "all_reduce/example_one_shot",
    .summary = "each rank sends everything to all others at once and sums what it receives",
    .reference = "the example of docs/extending.md",
    .cost = "a + S b, each pair on a link of its own",
    .make = make,
    .closed_form = closed_form,
}};

}  // namespace
}  // namespace commsim::all_reduce_one_shot
