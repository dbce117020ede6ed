// Bruck's all-to-all. Slot i of rank r's scratch begins with its block to r + i; in step k all
// slots whose number has bit k go to r + 2^k, so that in the end slot i holds the block from r - i:
//   T = ceil(lg p) a + sum over k of n_k S b / p, n_k of the numbers below p having bit k
// which for a power of two is lg p (a + S b / 2).
#include "collectives/block_matrix.hpp"
#include "collectives/call_options.hpp"
#include "collectives/logarithm.hpp"

namespace commsim::all_to_all_bruck {
namespace {

// How many of the numbers below `ranks` have bit k.
std::int64_t slots_with_bit(int k, Rank ranks) {
  const Rank group = 1 << k;
  return ranks / group / 2 * std::int64_t{group} +
         std::max(ranks % (std::int64_t{2} << k) - group, std::int64_t{0});
}

class BruckAllToAll final : public Program {
 public:
  explicit BruckAllToAll(const CollectiveCall& call)
      : blocks_(call), slot_(Partition(call.size, blocks_.ranks(), call.element).longest()) {}

  [[nodiscard]] int participants() const override { return blocks_.ranks(); }
  [[nodiscard]] int steps(Rank /*participant*/, int /*lane*/) const override {
    return 1 + ceil_lg(blocks_.ranks());
  }
  [[nodiscard]] Bytes scratch(Rank /*participant*/) const override {
    return slot_ * blocks_.ranks();
  }

  // The first step only turns the blocks round into the slots, the last one turns them back too.
  void step(Rank r, int /*lane*/, int step, Step& out) const override {
    const Rank p = blocks_.ranks();
    if (step == 0) {
      out.copy(blocks_.sent(r, r), blocks_.received(r, r));
      for (Rank i = 1; i < p; ++i) {
        const Rank to = (r + i) % p;
        out.copy(blocks_.sent(r, to), slot(i, 1, to));
      }
      return;
    }
    exchange(r, step - 1, out);
    if (step < ceil_lg(p)) return;
    for (Rank i = 1; i < p; ++i) out.copy(slot(i, 1, r), blocks_.received((r - i + p) % p, r));
  }

 private:
  // Slots i, ..., i + count - 1, each with a block for `receiver`.
  [[nodiscard]] Range slot(Rank i, Rank count, Rank receiver) const {
    return {.buffer = Buffer::kScratch,
            .offset = slot_ * i,
            .length = blocks_.length(0, receiver),
            .count = count,
            .stride = slot_};
  }

  // Before step k slot i of rank r has come from r - (i mod 2^k), so that groups of 2^k slots hold
  // blocks for one receiver.
  void exchange(Rank r, int k, Step& out) const {
    const Rank p = blocks_.ranks();
    const Rank group = 1 << k;
    const Rank to = (r + group) % p;
    const Rank from = (r - group + p) % p;
    for (Rank i = group; i < p; i += 2 * group) {
      const Range sent = slot(i, std::min(group, p - i), (r + i) % p);
      i == group ? out.send(to, sent) : out.send_more(sent);
    }
    for (Rank i = group; i < p; i += 2 * group) {
      const Range received = slot(i, std::min(group, p - i), (from + i) % p);
      i == group ? out.receive(from, received, Combine::kCopy) : out.receive_more(received);
    }
  }

  BlockMatrix blocks_;
  Bytes slot_;
};

std::unique_ptr<Program> make(const CollectiveCall& call) {
  if (!call.matrix.empty()) {
    throw RequestError(
        "bruck passes blocks on with those of other ranks and takes no matrix; legal with one are "
        "direct and pairwise");
  }
  return std::make_unique<BruckAllToAll>(call);
}

// With unequal blocks the longest message of a step need not follow that of the step before; no
// closed form is claimed then.
std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  const Rank p = call.layout.ranks();
  const auto cost = uniform_cost(call.layout, inner, outer);
  if (!cost || call.size / call.element % p != 0) return std::nullopt;
  const Bytes block = Partition(call.size, p, call.element).longest();
  Duration time{0};
  for (int k = 0; k < ceil_lg(p); ++k) time += cost->message(block * slots_with_bit(k, p));
  return time;
}

const Registration<Algorithm> kRegistration{{
    .name = "all_to_all/bruck",
    .summary = "in step k each rank sends all blocks whose distance has bit k over distance 2^k",
    .reference = "Bruck, Ho, Kipnis, Upfal and Weathersby, Efficient algorithms for all-to-all "
                 "communications in multiport message-passing systems, TPDS 1997",
    .cost = "ceil(lg p) a + lg p S b / 2 (the second term for powers of two)",
    .parameters = {},
    .make = make,
    .closed_form = closed_form,
}};

}  // namespace
}  // namespace commsim::all_to_all_bruck
