// A collective is a program. Each participant runs a few lanes; a lane is a sequence of steps; a
// step sends to and receives from peers and combines what it received. Programs are evaluated
// lazily: a step is arithmetic on (participant, lane, step), so no graph of messages is ever
// stored.
//
// The rules, which the engine and the checker both follow:
//  - A participant enters step s+1 of a lane when the receives of step s have arrived, its sends
//  have
//    left, and its compute is over. A step that waits is entered but idle until the step that it
//    waits for has ended.
//  - What a step sends is read when it starts; what it receives is combined when it ends, in the
//    order of its receives, and after that its copies within the participant are made, in their
//    order. Copies take no time unless the step computes.
//  - In one step a lane sends at most one message to a lane of a peer and receives at most one from
//    it. Messages match in order per (sender, its lane, receiver, its lane); lane l sends to lane l
//    unless a transfer says otherwise.
//  - Participants 0..ranks-1 are the ranks; others are helpers that a RankLayout names (switches
//    that reduce, parameter servers).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "collectives/ring_run.hpp"
#include "core/units.hpp"

namespace commsim {

using Rank = std::int32_t;

enum class Buffer : std::uint8_t { kOutput, kInput, kScratch };
/// What becomes of received data.
enum class Combine : std::uint8_t { kCopy, kReduce };

/// `count` blocks of `length` bytes, `stride` bytes apart, from `offset` on.
struct Range {
  Buffer buffer = Buffer::kOutput;
  Bytes offset;
  Bytes length;
  std::int64_t count = 1;
  Bytes stride{};

  [[nodiscard]] constexpr Bytes size() const { return length * count; }
};

constexpr int kSameLane = -1;

/// A message to or from `peer`; its data are the step's ranges [first, first + ranges), in order.
struct Transfer {
  Rank peer = 0;
  int lane = kSameLane;  ///< of the peer
  std::uint32_t first = 0;
  std::uint32_t ranges = 0;
  Bytes size;
};

/// The step that waits starts only after step `step` of `lane` of its participant has ended.
struct Wait {
  int lane = 0;
  int step = 0;
};

/// A copy (or sum) within a participant, between ranges of one size that do not overlap.
struct LocalCopy {
  Range from;
  Range to;
  Combine how = Combine::kCopy;
};

/// One step, filled in by Program::step. The object is reused; clear() keeps its memory.
class Step {
 public:
  /// Keeps who sends how much to whom and no more: ranges, combines and copies are left out.
  void ignore_data() { ignores_data_ = true; }

  void clear() {
    sends_.clear();
    receives_.clear();
    combines_.clear();
    ranges_.clear();
    waits_.clear();
    copies_.clear();
    compute_ = Duration{0};
  }
  /// Adds a message to `peer`; an empty one still travels.
  void send(Rank peer, const Range& range, int lane = kSameLane) {
    sends_.push_back(transfer(peer, range, lane));
  }
  /// Adds another range to the last send, which must be the last thing that was added.
  void send_more(Range range);
  /// Adds a message from `peer`.
  void receive(Rank peer, const Range& range, Combine combine, int lane = kSameLane) {
    receives_.push_back(transfer(peer, range, lane));
    if (!ignores_data_) combines_.push_back(combine);
  }
  /// Adds another range to the last receive, likewise.
  void receive_more(Range range);
  /// Adds a copy within the participant.
  void copy(Range from, Range to, Combine how = Combine::kCopy) {
    if (!ignores_data_) copies_.push_back({.from = from, .to = to, .how = how});
  }
  /// Adds something to wait for.
  void wait_for(Wait wait) { waits_.push_back(wait); }
  /// The participant computes for `span` in this step.
  void compute(Duration span) { compute_ = span; }

  [[nodiscard]] std::span<const Transfer> sends() const { return sends_; }
  [[nodiscard]] std::span<const Transfer> receives() const { return receives_; }
  [[nodiscard]] std::span<const Range> ranges(const Transfer& transfer) const {
    return std::span(ranges_).subspan(transfer.first, transfer.ranges);
  }
  /// Of the receive with that index.
  [[nodiscard]] Combine combine(std::size_t receive) const { return combines_[receive]; }
  [[nodiscard]] std::span<const Wait> waits() const { return waits_; }
  [[nodiscard]] std::span<const LocalCopy> copies() const { return copies_; }
  [[nodiscard]] Duration compute() const { return compute_; }

  /// For programs made of programs: renames peers and moves ranges of what was added since a mark.
  struct Mark {
    std::size_t sends, receives, ranges, waits, copies;
  };
  [[nodiscard]] Mark mark() const {
    return {sends_.size(), receives_.size(), ranges_.size(), waits_.size(), copies_.size()};
  }
  void rename_peers(Mark since, std::span<const Rank> names) {
    rename_peers_by(since, [&](Rank peer) { return names[static_cast<std::size_t>(peer)]; });
  }
  /// The same by a function from the old name to the new one.
  template <typename Name>
  void rename_peers_by(Mark since, Name name) {
    for (std::size_t i = since.sends; i < sends_.size(); ++i) sends_[i].peer = name(sends_[i].peer);
    for (std::size_t i = since.receives; i < receives_.size(); ++i) {
      receives_[i].peer = name(receives_[i].peer);
    }
  }
  /// Moves what lies in the output and input by `data`, and what lies in scratch by `scratch`.
  void move_ranges(Mark since, Bytes data, Bytes scratch);
  /// Renumbers the lanes that transfers and waits name.
  void shift_lanes(Mark since, int by);
  /// What was added to wait for since a mark, to be changed in place.
  [[nodiscard]] std::span<Wait> waits_since(Mark since) {
    return std::span(waits_).subspan(since.waits);
  }

 private:
  void add_range(Transfer& last, const Range& range);
  Transfer transfer(Rank peer, const Range& range, int lane) {
    if (ignores_data_) return {.peer = peer, .lane = lane, .size = range.size()};
    ranges_.push_back(range);
    return {.peer = peer,
            .lane = lane,
            .first = static_cast<std::uint32_t>(ranges_.size() - 1),
            .ranges = 1,
            .size = range.size()};
  }

  std::vector<Transfer> sends_;
  std::vector<Transfer> receives_;
  std::vector<Combine> combines_;
  std::vector<Range> ranges_;
  std::vector<Wait> waits_;
  std::vector<LocalCopy> copies_;
  Duration compute_{0};
  bool ignores_data_ = false;
};

/// A step that sends one message, receives one, and does nothing else that takes time; both stay on
/// their lane.
struct SendReceive {
  Rank to = 0;
  Rank from = 0;
  Bytes size;  ///< that is sent
};

/// A schedule for `participants()` participants with `lanes()` lanes each. Immutable and stateless:
/// every function may be called from any thread. Memory is at most proportional to participants.
class Program {
 public:
  Program() = default;
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  virtual ~Program() = default;

  [[nodiscard]] virtual int participants() const = 0;
  [[nodiscard]] virtual int lanes() const { return 1; }
  /// How many steps a lane has.
  [[nodiscard]] virtual int steps(Rank participant, int lane) const = 0;
  /// How much scratch memory a participant needs.
  [[nodiscard]] virtual Bytes scratch(Rank /*participant*/) const { return Bytes{0}; }
  /// Adds the sends, receives, copies, waits and compute of one step to `out`, which the caller has
  /// cleared.
  virtual void step(Rank participant, int lane, int step, Step& out) const = 0;
  /// Whether a step is a SendReceive, and which: less work than step(). A program may say no where
  /// it is one.
  virtual bool send_receive(Rank /*participant*/, int /*lane*/, int /*step*/,
                            SendReceive& /*out*/) const {
    return false;
  }
  /// Tells the whole program as runs of rings, if it is made of such and has no other steps; false
  /// if it is not, or if the visitor wanted no more, whatever was told until then. A program may
  /// say no where it could. O(participants) for each run of all of them.
  virtual bool visit_runs(RingRunVisitor& /*out*/) const { return false; }
  /// Whether participant image[r] of `other` does what participant r of this one does, for every r:
  /// in the same lanes and steps as much, to and from the images of its peers. A program may say no
  /// where it is so. `image` is a permutation of the participants. O(participants).
  [[nodiscard]] virtual bool looks_like(const Program& /*other*/,
                                        std::span<const Rank> /*image*/) const {
    return false;
  }
};

}  // namespace commsim
