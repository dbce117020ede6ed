// Direct all-to-all: T = a + S b / p on links of its own for each pair; with a matrix the slowest
// message.
#include <algorithm>

#include "collectives/block_matrix.hpp"
#include "collectives/call_options.hpp"
#include "collectives/programs/direct_program.hpp"

namespace commsim::all_to_all_direct {
namespace {

class DirectAllToAll final : public Program {
 public:
  explicit DirectAllToAll(const CollectiveCall& call) : blocks_(call) {}

  [[nodiscard]] int participants() const override { return blocks_.ranks(); }
  [[nodiscard]] int steps(Rank /*participant*/, int /*lane*/) const override { return 1; }
  void step(Rank r, int /*lane*/, int /*step*/, Step& out) const override {
    const Rank p = blocks_.ranks();
    out.copy(blocks_.sent(r, r), blocks_.received(r, r));
    for (Rank i = 1; i < p; ++i) {
      const Rank to = (r + i) % p;
      const Rank from = (r - i + p) % p;
      out.send(to, blocks_.sent(r, to));
      out.receive(from, blocks_.received(from, r), Combine::kCopy);
    }
  }
  [[nodiscard]] bool looks_like(const Program& other,
                                std::span<const Rank> /*image*/) const override {
    const auto* that = dynamic_cast<const DirectAllToAll*>(&other);
    return that != nullptr && blocks_.equal() && that->blocks_.equal() &&
           that->blocks_.ranks() == blocks_.ranks() &&
           that->blocks_.length(0, 0) == blocks_.length(0, 0);
  }

 private:
  BlockMatrix blocks_;
};

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<DirectAllToAll>(call);
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  if (call.matrix.empty()) return direct_time(call, inner, outer);
  const BlockMatrix blocks(call);
  const std::vector<int> server_of = servers_of(call.layout);
  Duration time{0};
  for (Rank r = 0; r < blocks.ranks(); ++r) {
    for (Rank q = 0; q < blocks.ranks(); ++q) {
      if (r == q) continue;
      const bool same =
          server_of[static_cast<std::size_t>(r)] == server_of[static_cast<std::size_t>(q)];
      time = std::max(time, (same ? inner : outer).message(blocks.length(r, q)));
    }
  }
  return time;
}

const Registration<Algorithm> kRegistration{{
    .name = "all_to_all/direct",
    .summary = "each rank sends a block to every other at once",
    .reference = "NVIDIA/nccl-tests, src/alltoall.cu",
    .cost = "a + S b / p, each pair on a link of its own",
    .parameters = {"matrix"},
    .make = make,
    .closed_form = closed_form,
}};

}  // namespace
}  // namespace commsim::all_to_all_direct
