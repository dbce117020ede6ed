// Bruck's all-gather for any number of ranks. In step k rank r sends the first min(2^k, p - 2^k)
// shards from its own on to r - 2^k:
//   T = ceil(lg p) a + (p - 1) / p S b
// Shards are received where they belong, so there is no rotation at the end.
#include "collectives/call_options.hpp"
#include "collectives/logarithm.hpp"
#include "collectives/shards.hpp"

namespace commsim::all_gather_bruck {
namespace {

Rank shards_in(int step, Rank ranks) { return std::min(1 << step, ranks - (1 << step)); }

class BruckGather final : public Program {
 public:
  explicit BruckGather(const Shards& shards) : shards_(shards) {}

  [[nodiscard]] int participants() const override { return shards_.ranks(); }
  [[nodiscard]] int steps(Rank /*participant*/, int /*lane*/) const override {
    return ceil_lg(shards_.ranks());
  }
  void step(Rank r, int /*lane*/, int step, Step& out) const override {
    const Rank p = shards_.ranks();
    const Rank count = shards_in(step, p);
    const Rank from = (r + (1 << step)) % p;
    const Rank to = (r - (1 << step) + p) % p;
    shards_.send(to, {.first = r, .count = count}, out);
    shards_.receive(from, {.first = from, .count = count}, Combine::kCopy, out);
  }

 private:
  Shards shards_;
};

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<BruckGather>(Shards(call.size, call.layout.ranks(), call.element));
}

// With unequal shards the longest message of a step need not follow that of the step before; no
// closed form is claimed then.
std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  const Rank p = call.layout.ranks();
  const auto cost = uniform_cost(call.layout, inner, outer);
  if (!cost || call.size / call.element % p != 0) return std::nullopt;
  const Bytes shard = Partition(call.size, p, call.element).longest();
  Duration time{0};
  for (int k = 0; k < ceil_lg(p); ++k) time += cost->message(shard * shards_in(k, p));
  return time;
}

const Registration<Algorithm> kRegistration{{
    .name = "all_gather/bruck",
    .summary =
        "each rank sends all that it has over distances that double, for any number of ranks",
    .reference = "Bruck, Ho, Kipnis, Upfal and Weathersby, Efficient algorithms for all-to-all "
                 "communications in multiport message-passing systems, TPDS 1997",
    .cost = "ceil(lg p) a + (p-1)/p S b",
    .parameters = {},
    .make = make,
    .closed_form = closed_form,
    .bandwidth_optimal = true,
}};

}  // namespace
}  // namespace commsim::all_gather_bruck
