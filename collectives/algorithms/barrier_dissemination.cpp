// Dissemination barrier. In round k rank r tells r + 2^k and hears from r - 2^k:
//   T = ceil(lg p) a
#include "collectives/call_options.hpp"
#include "collectives/logarithm.hpp"

namespace commsim::barrier_dissemination {
namespace {

class Dissemination final : public Program {
 public:
  explicit Dissemination(Rank ranks) : ranks_(ranks) {}

  [[nodiscard]] int participants() const override { return ranks_; }
  [[nodiscard]] int steps(Rank /*participant*/, int /*lane*/) const override {
    return ceil_lg(ranks_);
  }
  void step(Rank r, int /*lane*/, int step, Step& out) const override {
    const Rank distance = 1 << step;
    out.send((r + distance) % ranks_, {});
    out.receive((r - distance + ranks_) % ranks_, {}, Combine::kCopy);
  }

 private:
  Rank ranks_;
};

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<Dissemination>(call.layout.ranks());
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  const auto cost = uniform_cost(call.layout, inner, outer);
  if (!cost) return std::nullopt;
  return ceil_lg(call.layout.ranks()) * cost->latency;
}

const Registration<Algorithm> kRegistration{{
    .name = "barrier/dissemination",
    .summary = "in round k each rank tells the rank 2^k further on",
    .reference = "Hensgen, Finkel and Manber, Two algorithms for barrier synchronization, "
                 "International Journal of Parallel Programming 1988",
    .cost = "ceil(lg p) a",
    .parameters = {},
    .make = make,
    .closed_form = closed_form,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim::barrier_dissemination
