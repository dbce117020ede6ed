// Writes many blocks as few ranges.
#pragma once

#include <optional>

#include "collectives/program.hpp"

namespace commsim {

/// One message of many blocks: neighbours of one length at even distances become one Range. The
/// message is added with finish(), or when the first range is known; it has at least one range.
class RangeJoiner {
 public:
  /// A message that is sent to `peer`.
  static RangeJoiner sending(Step& out, Rank peer, int lane = kSameLane) {
    return {out, peer, lane, std::nullopt};
  }
  /// A message that is received from `peer`.
  static RangeJoiner receiving(Step& out, Rank peer, Combine how, int lane = kSameLane) {
    return {out, peer, lane, how};
  }

  void add(const Range& block) {
    if (joined(block)) return;
    flush();
    run_ = block;
  }
  void add(Bytes offset, Bytes length) { add({.offset = offset, .length = length}); }
  void finish() {
    if (!run_ && !begun_) run_ = Range{};
    flush();
  }

 private:
  RangeJoiner(Step& out, Rank peer, int lane, std::optional<Combine> how)
      : out_(&out), peer_(peer), lane_(lane), how_(how) {}

  // Whether `block` continues the run.
  bool joined(const Range& block) {
    if (block.size() == Bytes{0} && (run_ || begun_)) return true;
    if (!run_ || block.count != 1 || run_->length != block.length || run_->buffer != block.buffer) {
      return false;
    }
    if (run_->count == 1) run_->stride = block.offset - run_->offset;
    if (block.offset != run_->offset + run_->stride * run_->count) return false;
    ++run_->count;
    return true;
  }
  void flush() {
    if (!run_) return;
    if (begun_) {
      how_ ? out_->receive_more(*run_) : out_->send_more(*run_);
    } else {
      how_ ? out_->receive(peer_, *run_, *how_, lane_) : out_->send(peer_, *run_, lane_);
    }
    begun_ = true;
    run_.reset();
  }

  Step* out_;
  Rank peer_;
  int lane_;
  std::optional<Combine> how_;
  std::optional<Range> run_;
  bool begun_ = false;
};

}  // namespace commsim
