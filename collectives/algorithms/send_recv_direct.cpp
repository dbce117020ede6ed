// Point-to-point messages, all at once: T = a + S b on links of its own for each pair.
#include <algorithm>

#include "collectives/call_options.hpp"
#include "collectives/send_pattern.hpp"

namespace commsim::send_recv_direct {
namespace {

// What rank r sends stands at the beginning of its input, what it receives from q at q * size of
// its output.
class SendRecvProgram final : public Program {
 public:
  SendRecvProgram(SendPattern pattern, Rank ranks, Bytes size)
      : pattern_(pattern), ranks_(ranks), size_(size) {}

  [[nodiscard]] int participants() const override { return ranks_; }
  [[nodiscard]] int steps(Rank r, int /*lane*/) const override {
    return receivers(pattern_, r, ranks_).count + senders(pattern_, r, ranks_).count > 0 ? 1 : 0;
  }
  void step(Rank r, int /*lane*/, int /*step*/, Step& out) const override {
    const PeerArc to = receivers(pattern_, r, ranks_);
    for (Rank i = 0; i < to.count; ++i) {
      out.send(to.peer(i, ranks_), {.buffer = Buffer::kInput, .length = size_});
    }
    const PeerArc from = senders(pattern_, r, ranks_);
    for (Rank i = 0; i < from.count; ++i) {
      const Rank sender = from.peer(i, ranks_);
      out.receive(sender, {.offset = size_ * sender, .length = size_}, Combine::kCopy);
    }
  }

 private:
  SendPattern pattern_;
  Rank ranks_;
  Bytes size_;
};

std::unique_ptr<Program> make(const CollectiveCall& call) {
  const Rank p = call.layout.ranks();
  return std::make_unique<SendRecvProgram>(send_pattern(call.pattern, p), p, call.size);
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  const Rank p = call.layout.ranks();
  const SendPattern pattern = send_pattern(call.pattern, p);
  if (p == 1) return Duration{0};
  if (const auto cost = uniform_cost(call.layout, inner, outer)) return cost->message(call.size);
  const std::vector<int> server_of = servers_of(call.layout);
  bool within = false;
  bool between = false;
  for (Rank r = 0; r < p && !(within && between); ++r) {
    const PeerArc to = receivers(pattern, r, p);
    for (Rank i = 0; i < to.count; ++i) {
      const bool same = server_of[static_cast<std::size_t>(r)] ==
                        server_of[static_cast<std::size_t>(to.peer(i, p))];
      (same ? within : between) = true;
    }
  }
  return std::max(within ? inner.message(call.size) : Duration{0},
                  between ? outer.message(call.size) : Duration{0});
}

const Registration<Algorithm> kRegistration{{
    .name = "send_recv/direct",
    .summary = "messages of the pattern pair, shift, many_to_one or many_to_many, all at once",
    .reference = "NVIDIA/nccl-tests, src/sendrecv.cu (shift)",
    .cost = "a + S b, each pair on a link of its own",
    .parameters = {"pattern"},
    .make = make,
    .closed_form = closed_form,
}};

}  // namespace
}  // namespace commsim::send_recv_direct
