#include "collectives/programs/coded_pipeline.hpp"

#include <algorithm>
#include <limits>

#include "core/error.hpp"
#include "core/index.hpp"

namespace commsim::coded_pipelines {
namespace {

class CodedPipeline final : public Program {
 public:
  CodedPipeline(int pieces, Rank ranks, std::vector<CodedCompute> computes,
                std::vector<CodedExchange> exchanges)
      : pieces_(pieces),
        ranks_(ranks),
        computes_(std::move(computes)),
        exchanges_(std::move(exchanges)) {
    ensure(computes_.size() == exchanges_.size() + 1, "computations stand around exchanges");
    ensure(!exchanges_.empty(), "something is exchanged");
    for (std::size_t e = 0; e < exchanges_.size(); ++e) {
      ensure(pieces_ == 1 || exchanges_[e].full->lanes() == exchanges_[e].last->lanes(),
             "an exchange has the same lanes for every piece");
      first_lane_.push_back(static_cast<int>(exchange_of_.size()) + 1);
      exchange_of_.insert(exchange_of_.end(), index(exchanges_[e].last->lanes()), e);
    }
    refuse_too_many();
  }

  [[nodiscard]] int participants() const override { return exchanges_[0].last->participants(); }
  [[nodiscard]] int lanes() const override { return static_cast<int>(exchange_of_.size()) + 1; }

  [[nodiscard]] int steps(Rank participant, int lane) const override {
    if (lane == 0) return participant < ranks_ ? (pieces_ + phases() - 1) * phases() : 0;
    const std::size_t e = exchange_of_[index(lane - 1)];
    return (pieces_ - 1) * full_steps(e, participant, lane) +
           exchanges_[e].last->steps(participant, lane - first_lane_[e]);
  }

  void step(Rank participant, int lane, int step, Step& out) const override {
    if (lane == 0) return compute(participant, step, out);
    const std::size_t e = exchange_of_[index(lane - 1)];
    const int per_piece = full_steps(e, participant, lane);
    const int piece = per_piece == 0 ? pieces_ - 1 : std::min(step / per_piece, pieces_ - 1);
    const int local = step - piece * per_piece;
    const Step::Mark mark = out.mark();
    of_piece(e, piece).step(participant, lane - first_lane_[e], local, out);
    out.move_ranges(mark, exchanges_[e].length * piece, scratch_before(participant, e));
    out.shift_lanes(mark, first_lane_[e]);
    for (Wait& wait : out.waits_since(mark)) {
      wait.step += piece * full_steps(e, participant, wait.lane);
    }
    if (local == 0 && participant < ranks_) {
      out.wait_for({.lane = 0, .step = compute_step(piece, static_cast<int>(e))});
    }
  }

  [[nodiscard]] Bytes scratch(Rank participant) const override {
    return scratch_before(participant, exchanges_.size());
  }

 private:
  [[nodiscard]] int phases() const { return static_cast<int>(computes_.size()); }
  // Phase 0 of piece i stands beside phase 1 of piece i - 1, and so on.
  [[nodiscard]] int compute_step(int piece, int phase) const {
    return (piece + phase) * phases() + phase;
  }

  void compute(Rank participant, int step, Step& out) const {
    const int phase = step % phases();
    const int piece = step / phases() - phase;
    if (piece < 0 || piece >= pieces_) return;
    const CodedCompute& span = computes_[index(phase)];
    out.compute(piece + 1 < pieces_ ? span.full : span.last);
    if (phase == 0) return;
    const std::size_t e = index(phase - 1);
    const Program& program = of_piece(e, piece);
    for (int l = 0; l < program.lanes(); ++l) {
      const int steps = program.steps(participant, l);
      const int lane = first_lane_[e] + l;
      const int before = piece * full_steps(e, participant, lane);
      if (before + steps > 0) out.wait_for({.lane = lane, .step = before + steps - 1});
    }
  }

  [[nodiscard]] const Program& of_piece(std::size_t exchange, int piece) const {
    const CodedExchange& at = exchanges_[exchange];
    return piece + 1 < pieces_ ? *at.full : *at.last;
  }
  // Steps that a lane of the whole has for each piece but the last.
  [[nodiscard]] int full_steps(std::size_t exchange, Rank participant, int lane) const {
    const CodedExchange& at = exchanges_[exchange];
    return at.full ? at.full->steps(participant, lane - first_lane_[exchange]) : 0;
  }
  [[nodiscard]] Bytes scratch_before(Rank participant, std::size_t end) const {
    Bytes sum{0};
    for (std::size_t e = 0; e < end; ++e) {
      const CodedExchange& at = exchanges_[e];
      const Bytes last = at.last->scratch(participant);
      sum += at.full ? std::max(last, at.full->scratch(participant)) : last;
    }
    return sum;
  }

  void refuse_too_many() const {
    std::int64_t most = std::int64_t{pieces_ + phases()} * phases();
    for (Rank r = 0; r < participants(); ++r) {
      for (int lane = 1; lane < lanes(); ++lane) {
        const std::size_t e = exchange_of_[index(lane - 1)];
        const int last = exchanges_[e].last->steps(r, lane - first_lane_[e]);
        most = std::max(most, std::int64_t{pieces_} * full_steps(e, r, lane) + last);
      }
    }
    if (most > std::numeric_limits<int>::max()) {
      throw RequestError("so many pieces take too many steps; use a larger chunk");
    }
  }

  int pieces_;
  Rank ranks_;
  std::vector<CodedCompute> computes_;
  std::vector<CodedExchange> exchanges_;
  std::vector<std::size_t> exchange_of_;  // of each lane but the first
  std::vector<int> first_lane_;           // of each exchange
};

// Step 2 s is step s of the program, and step 2 s + 1 what is computed after it.
class WithCompute final : public Program {
 public:
  WithCompute(std::unique_ptr<Program> program, Duration span)
      : program_(std::move(program)), span_(span) {}

  [[nodiscard]] int participants() const override { return program_->participants(); }
  [[nodiscard]] int lanes() const override { return program_->lanes(); }
  [[nodiscard]] int steps(Rank participant, int lane) const override {
    return 2 * program_->steps(participant, lane);
  }
  void step(Rank participant, int lane, int step, Step& out) const override {
    if (step % 2 == 1) return out.compute(span_);
    const Step::Mark mark = out.mark();
    program_->step(participant, lane, step / 2, out);
    for (Wait& wait : out.waits_since(mark)) wait.step = 2 * wait.step + 1;
  }
  [[nodiscard]] Bytes scratch(Rank participant) const override {
    return program_->scratch(participant);
  }

 private:
  std::unique_ptr<Program> program_;
  Duration span_;
};

}  // namespace
}  // namespace commsim::coded_pipelines

namespace commsim {

using namespace coded_pipelines;

std::unique_ptr<Program> coded_pipeline(int pieces, Rank ranks, std::vector<CodedCompute> computes,
                                        std::vector<CodedExchange> exchanges) {
  return std::make_unique<CodedPipeline>(pieces, ranks, std::move(computes), std::move(exchanges));
}

std::unique_ptr<Program> with_compute(std::unique_ptr<Program> program, Duration span) {
  return std::make_unique<WithCompute>(std::move(program), span);
}

}  // namespace commsim
