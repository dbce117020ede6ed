// Neighbour exchange all-gather for an even number of ranks. First the ranks 2i and 2i + 1 swap
// their shards; from then on every rank takes turns with its two neighbours and sends the pair of
// shards that it received last:
//   T = (a + S b / p) + (p / 2 - 1) (a + 2 S b / p)
#include <fmt/format.h>

#include "collectives/call_options.hpp"
#include "collectives/shards.hpp"

namespace commsim::all_gather_neighbor_exchange {
namespace {

class NeighborExchange final : public Program {
 public:
  explicit NeighborExchange(const Shards& shards) : shards_(shards), pairs_(shards.ranks() / 2) {}

  [[nodiscard]] int participants() const override { return shards_.ranks(); }
  [[nodiscard]] int steps(Rank /*participant*/, int /*lane*/) const override { return pairs_; }
  void step(Rank r, int /*lane*/, int step, Step& out) const override {
    const Rank p = shards_.ranks();
    const bool to_next = (r + step) % 2 == 0;
    const Rank peer = to_next ? (r + 1) % p : (r + p - 1) % p;
    if (step == 0) {
      out.send(peer, shards_.shard(r));
      return out.receive(peer, shards_.shard(peer), Combine::kCopy);
    }
    out.send(peer, pair(last_pair(r, step - 1)));
    out.receive(peer, pair(last_pair(r, step)), Combine::kCopy);
  }

 private:
  // The pair that a rank has after a step: it hears of the pairs before and after its own in turn,
  // even ranks of the one before first.
  [[nodiscard]] Rank last_pair(Rank r, int step) const {
    const Rank away = (step + 1) / 2;
    const bool before = (r + step) % 2 == 1;
    return (r / 2 + (before ? pairs_ - away : away)) % pairs_;
  }
  [[nodiscard]] Range pair(Rank i) const {
    return {.offset = shards_.parts().offset(std::int64_t{2} * i),
            .length = shards_.length(2 * i, 2)};
  }

  Shards shards_;
  Rank pairs_;
};

std::unique_ptr<Program> make(const CollectiveCall& call) {
  const Rank p = call.layout.ranks();
  if (p > 1 && p % 2 == 1) {
    throw RequestError(fmt::format(
        "neighbor_exchange needs an even number of ranks, and there are {}; legal next to it are "
        "{} and {}, and for any number bruck, direct, pat and ring",
        p, p - 1, p + 1));
  }
  return std::make_unique<NeighborExchange>(Shards(call.size, p, call.element));
}

// The first pair is the longest, and in every step somebody passes it on that has just received it.
std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  const Rank p = call.layout.ranks();
  if (p == 1) return Duration{0};
  const auto cost = uniform_cost(call.layout, inner, outer);
  if (!cost || p % 2 == 1) return std::nullopt;
  const Partition shards(call.size, p, call.element);
  return cost->message(shards.longest()) + (p / 2 - 1) * cost->message(shards.offset(2));
}

const Registration<Algorithm> kRegistration{{
    .name = "all_gather/neighbor_exchange",
    .summary = "each rank takes turns with its two neighbours and passes on the last two shards",
    .reference = "Chen, Zhang, Zhang and Yuan, Performance evaluation of allgather algorithms on "
                 "terascale Linux cluster with fast Ethernet, HPC-Asia 2005",
    .cost = "p/2 a + (p-1)/p S b, p even",
    .parameters = {},
    .make = make,
    .closed_form = closed_form,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim::all_gather_neighbor_exchange
