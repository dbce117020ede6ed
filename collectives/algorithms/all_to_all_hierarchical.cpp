// Hierarchical all-to-all on N servers of g ranks, on rails only:
//   T = (g - 1) (a + S b / g) + (N - 1) (a' + S b' / N)
// First rank i of a server gives rank j all that it has for the j-th ranks of all servers; then the
// j-th ranks exchange what they hold for each other's servers' ranks.
#include <algorithm>

#include "collectives/block_matrix.hpp"
#include "collectives/call_options.hpp"
#include "collectives/legal_algorithms.hpp"
#include "collectives/programs/range_joiner.hpp"
#include "collectives/programs/rank_grid.hpp"

namespace commsim::all_to_all_hierarchical {
namespace {

// Rank (s, i) is the i-th of server s. A block from (s, i) to (t, j) goes over (s, j), who keeps it
// in scratch meanwhile; blocks that begin on their rail stay in the input.
class RailExchangeProgram final : public Program {
 public:
  explicit RailExchangeProgram(const CollectiveCall& call)
      : blocks_(call),
        grid_({static_cast<int>(call.layout.servers.size()), call.layout.per_server()},
              ranks_by_server(call.layout)),
        slot_(blocks_.even() ? blocks_.length(0, 0) : Bytes{0}) {
    if (!blocks_.even()) place_in_scratch();
  }

  [[nodiscard]] int participants() const override { return grid_.ranks(); }
  // At least one, in which a rank keeps its block for itself.
  [[nodiscard]] int steps(Rank /*participant*/, int /*lane*/) const override {
    return std::max(servers() + per_server() - 2, 1);
  }
  [[nodiscard]] Bytes scratch(Rank participant) const override {
    return blocks_.even() ? slot_ * grid_.ranks()
                          : scratch_sizes_[static_cast<std::size_t>(participant)];
  }

  void step(Rank participant, int /*lane*/, int step, Step& out) const override {
    const Rank cell = grid_.cell_of(participant);
    if (step == 0) out.copy(blocks_.sent(participant, participant), kept(participant));
    if (grid_.ranks() == 1) return;
    if (step + 1 < per_server()) {
      exchange_inside(cell, step + 1, out);
    } else {
      exchange_across(cell, step + 2 - per_server(), out);
    }
  }

 private:
  [[nodiscard]] Rank servers() const { return grid_.side(0); }
  [[nodiscard]] Rank per_server() const { return grid_.side(1); }
  [[nodiscard]] Rank rank(Rank server, Rank local) const {
    return grid_.rank_at(server * per_server() + local);
  }
  [[nodiscard]] Range kept(Rank rank) const { return blocks_.received(rank, rank); }

  // To the rank `by` places on: all blocks for its rail.
  void exchange_inside(Rank cell, Rank by, Step& out) const {
    const Rank own = grid_.rank_at(cell);
    const Rank server = grid_.coordinate(cell, 0);
    const Rank local = grid_.coordinate(cell, 1);
    const Rank to = (local + by) % per_server();
    const Rank from = (local - by + per_server()) % per_server();
    RangeJoiner sending = RangeJoiner::sending(out, rank(server, to));
    for (Rank t = 0; t < servers(); ++t) sending.add(blocks_.sent(own, rank(t, to)));
    sending.finish();
    const Rank sender = rank(server, from);
    RangeJoiner receiving = RangeJoiner::receiving(out, sender, Combine::kCopy);
    for (Rank t = 0; t < servers(); ++t) {
      const Rank target = rank(t, local);
      receiving.add(t == server ? blocks_.received(sender, own) : waiting(sender, target));
    }
    receiving.finish();
  }

  // To the server `by` places on: what all ranks of the own one have for the rank there.
  void exchange_across(Rank cell, Rank by, Step& out) const {
    const Rank own = grid_.rank_at(cell);
    const Rank server = grid_.coordinate(cell, 0);
    const Rank local = grid_.coordinate(cell, 1);
    const Rank to = (server + by) % servers();
    const Rank from = (server - by + servers()) % servers();
    const Rank target = rank(to, local);
    RangeJoiner sending = RangeJoiner::sending(out, target);
    for (Rank i = 0; i < per_server(); ++i) {
      const Rank sender = rank(server, i);
      sending.add(i == local ? blocks_.sent(own, target) : waiting(sender, target));
    }
    sending.finish();
    RangeJoiner receiving = RangeJoiner::receiving(out, rank(from, local), Combine::kCopy);
    for (Rank i = 0; i < per_server(); ++i) receiving.add(blocks_.received(rank(from, i), own));
    receiving.finish();
  }

  // Where a block waits on its rail.
  [[nodiscard]] Range waiting(Rank from, Rank to) const {
    const Rank local = grid_.coordinate(grid_.cell_of(from), 1);
    const Rank server = grid_.coordinate(grid_.cell_of(to), 0);
    return {.buffer = Buffer::kScratch,
            .offset = blocks_.even() ? slot_ * (server * per_server() + local)
                                     : scratch_offsets_[at(from, to)],
            .length = blocks_.length(from, to)};
  }
  [[nodiscard]] std::size_t at(Rank from, Rank to) const {
    return static_cast<std::size_t>(from) * static_cast<std::size_t>(grid_.ranks()) +
           static_cast<std::size_t>(to);
  }

  // The blocks of a matrix that wait on a rank lie one after another.
  void place_in_scratch() {
    const auto p = static_cast<std::size_t>(grid_.ranks());
    scratch_offsets_.resize(p * p);
    scratch_sizes_.resize(p);
    for (Rank from = 0; from < grid_.ranks(); ++from) {
      for (Rank to = 0; to < grid_.ranks(); ++to) {
        const Rank over =
            rank(grid_.coordinate(grid_.cell_of(from), 0), grid_.coordinate(grid_.cell_of(to), 1));
        if (over == from || over == to) continue;
        Bytes& used = scratch_sizes_[static_cast<std::size_t>(over)];
        scratch_offsets_[at(from, to)] = used;
        used += blocks_.length(from, to);
      }
    }
  }

  BlockMatrix blocks_;
  RankGrid grid_;                       // servers by ranks of a server
  Bytes slot_;                          // equal blocks: the longest
  std::vector<Bytes> scratch_offsets_;  // of a matrix: by sender, then receiver
  std::vector<Bytes> scratch_sizes_;    // of a matrix: by rank
};

std::unique_ptr<Program> make(const CollectiveCall& call) {
  refuse_unequal_servers(call, "hierarchical");
  return std::make_unique<RailExchangeProgram>(call);
}

// Exact for equal blocks: all ranks are in step.
std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  refuse_unequal_servers(call, "hierarchical");
  const BlockMatrix blocks(call);
  const Rank ranks = call.layout.ranks();
  const bool equal = blocks.even() && blocks.length(0, 0) == blocks.length(0, ranks - 1);
  if (!equal) return std::nullopt;
  const auto servers = static_cast<std::int64_t>(call.layout.servers.size());
  const std::int64_t per_server = call.layout.per_server();
  const Bytes block = blocks.length(0, 0);
  return (per_server - 1) * inner.message(block * servers) +
         (servers - 1) * outer.message(block * per_server);
}

const Registration<Algorithm> kRegistration{{
    .name = "all_to_all/hierarchical",
    .summary = "inside servers by the rail of the receiver, then between servers on each rail",
    .reference = "Doubling all2all performance with NVIDIA Collective Communication Library 2.12 "
                 "(PXN), NVIDIA 2022; Rajbhandari et al., DeepSpeed-MoE, ICML 2022",
    .cost = "(g-1) (a + S b / g) + (N-1) (a' + S b' / N), N servers of g ranks",
    .parameters = {"matrix"},
    .make = make,
    .closed_form = closed_form,
}};

}  // namespace
}  // namespace commsim::all_to_all_hierarchical
