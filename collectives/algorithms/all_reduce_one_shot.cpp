// One-shot all-reduce: everybody gets all vectors and sums them.
//   T = a + S b on links of its own for each pair
#include <algorithm>

#include "collectives/call_options.hpp"

namespace commsim::all_reduce_one_shot {
namespace {

class OneShot final : public Program {
 public:
  OneShot(Rank ranks, Bytes size) : ranks_(ranks), whole_{.length = size} {}

  [[nodiscard]] int participants() const override { return ranks_; }
  [[nodiscard]] int steps(Rank /*participant*/, int /*lane*/) const override {
    return ranks_ > 1 ? 1 : 0;
  }
  void step(Rank r, int /*lane*/, int /*step*/, Step& out) const override {
    for (Rank i = 1; i < ranks_; ++i) {
      out.send((r + i) % ranks_, whole_);
      out.receive((r - i + ranks_) % ranks_, whole_, Combine::kReduce);
    }
  }
  [[nodiscard]] bool looks_like(const Program& other,
                                std::span<const Rank> /*image*/) const override {
    const auto* that = dynamic_cast<const OneShot*>(&other);
    return that != nullptr && that->ranks_ == ranks_ && that->whole_.length == whole_.length;
  }

 private:
  Rank ranks_;
  Range whole_;
};

std::unique_ptr<Program> make(const CollectiveCall& call) {
  return std::make_unique<OneShot>(call.layout.ranks(), call.size);
}

std::optional<Duration> closed_form(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer) {
  Duration time{0};
  if (largest_server(call.layout) > 1) time = inner.message(call.size);
  if (call.layout.servers.size() > 1) time = std::max(time, outer.message(call.size));
  return time;
}

const Registration<Algorithm> kRegistration{{
    .name = "all_reduce/one_shot",
    .summary = "each rank sends its vector to all others at once and sums what it receives",
    .reference = "NVIDIA/nccl 2.27, src/sym_kernels.cc; vllm-project/vllm, csrc/custom_all_reduce",
    .cost = "a + S b, each pair on a link of its own",
    .parameters = {},
    .make = make,
    .closed_form = closed_form,
}};

}  // namespace
}  // namespace commsim::all_reduce_one_shot
