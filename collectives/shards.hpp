// Messages that carry the shards of several ranks.
#pragma once

#include "collectives/partition.hpp"
#include "collectives/program.hpp"

namespace commsim {

/// The shards of ranks first, first + stride, first + 2 stride, ..., mod the number of ranks.
/// REQUIRES: they are different.
struct ShardRun {
  Rank first = 0;
  Rank count = 0;
  Rank stride = 1;
};

/// The shards of a vector, one for each rank, where they stand in the output.
class Shards {
 public:
  Shards(Bytes size, Rank ranks, Bytes element) : ranks_(ranks), parts_(size, ranks, element) {}

  [[nodiscard]] Rank ranks() const { return ranks_; }
  [[nodiscard]] const Partition& parts() const { return parts_; }
  [[nodiscard]] Range shard(Rank r) const {
    return {.offset = parts_.offset(r), .length = parts_.length(r)};
  }
  /// The bytes of a run of neighbours.
  [[nodiscard]] Bytes length(Rank first, Rank count) const {
    const Rank end = first + count;
    if (end <= ranks_) return parts_.offset(end) - parts_.offset(first);
    return parts_.offset(ranks_) - parts_.offset(first) + parts_.offset(end - ranks_);
  }

  /// Adds a message with a run, in its order, of at most four ranges: strides change where the run
  /// wraps round and where shards get shorter.
  void send(Rank peer, ShardRun run, Step& out) const {
    bool more = false;
    for_each_range(run, [&](const Range& range) {
      more ? out.send_more(range) : out.send(peer, range);
      more = true;
    });
  }
  void receive(Rank peer, ShardRun run, Combine combine, Step& out) const {
    bool more = false;
    for_each_range(run, [&](const Range& range) {
      more ? out.receive_more(range) : out.receive(peer, range, combine);
      more = true;
    });
  }

 private:
  // How many of `count` numbers first, first + stride, ... are below `limit`.
  static Rank below(Rank limit, Rank first, Rank stride, Rank count) {
    return first >= limit ? 0 : std::min(count, (limit - first + stride - 1) / stride);
  }

  template <typename Visit>
  void for_each_range(ShardRun run, Visit visit) const {
    const Rank unwrapped = below(ranks_, run.first, run.stride, run.count);
    for_each_ascending({run.first, unwrapped, run.stride}, visit);
    if (unwrapped == run.count) return;
    const Rank next = run.first + unwrapped * run.stride - ranks_;
    for_each_ascending({next, run.count - unwrapped, run.stride}, visit);
  }

  template <typename Visit>
  void for_each_ascending(ShardRun run, Visit visit) const {
    if (run.stride == 1) {
      visit({.offset = parts_.offset(run.first), .length = length(run.first, run.count)});
      return;
    }
    const Rank longer = below(static_cast<Rank>(parts_.longer()), run.first, run.stride, run.count);
    if (longer > 0) visit(alike({run.first, longer, run.stride}));
    if (longer == run.count) return;
    visit(alike({run.first + longer * run.stride, run.count - longer, run.stride}));
  }

  // A run of shards of one length.
  [[nodiscard]] Range alike(ShardRun run) const {
    const Bytes length = parts_.length(run.first);
    return {.offset = parts_.offset(run.first),
            .length = length,
            .count = run.count,
            .stride = length * run.stride};
  }

  Rank ranks_;
  Partition parts_;
};

}  // namespace commsim
