// Servers whose switch reduces and multicasts (NVLink SHARP).
#pragma once

#include <vector>

#include "collectives/algorithm.hpp"
#include "collectives/pieces.hpp"

namespace commsim {

/// Which half of an all-reduce.
enum class NvlsPhase : std::uint8_t { kReduceScatter, kAllGather };

/// Participants 0..g-1 are the ranks of a server, participant g is its switch.
///   reduce-scatter: every rank sends all shares to the switch; it sends the sum of share i to rank
///   i all-gather:     rank i sends share i to the switch; it sends all shares to every rank
/// Lane 0 goes to the switch and is the switch's own, lane 1 comes from it, so that a pipeline
/// sends the next piece while this one is on its way back.
class NvlsProgram final : public Program {
 public:
  /// `shares` are those of the ranks.
  NvlsProgram(NvlsPhase phase, std::vector<Range> shares)
      : phase_(phase), shares_(std::move(shares)) {}

  [[nodiscard]] int participants() const override { return hub() + 1; }
  [[nodiscard]] int lanes() const override { return 2; }
  [[nodiscard]] int steps(Rank participant, int lane) const override;
  void step(Rank participant, int lane, int step, Step& out) const override;

 private:
  [[nodiscard]] Rank hub() const { return static_cast<Rank>(shares_.size()); }
  void rank_step(Rank rank, int lane, Step& out) const;
  // The two steps of the switch.
  void take_in(Step& out) const;
  void hand_on(Step& out) const;

  NvlsPhase phase_;
  std::vector<Range> shares_;
};

/// An NvlsProgram in every server, each of which cuts the first `size` bytes in as many shares as
/// it has ranks. REQUIRES: refuse_without_switches() lets the call through.
std::unique_ptr<Program> nvls_in_servers(NvlsPhase phase, Bytes size, const CollectiveCall& call);

/// Throws RequestError, with what is legal instead, unless the ranks of every server are joined by
/// a switch that reduces.
void refuse_without_switches(const CollectiveCall& call);

/// The schedules of a call on one server: pieces of every shard, which together are the call's
/// chunk (by default switch_chunk()), follow each other. Throws RequestError if there are more
/// servers.
std::unique_ptr<Program> make_nvls(NvlsPhase phase, const CollectiveCall& call);
/// With k pieces of c bytes for all shares, the last one l, and a rank's own share c' and l' of
/// them:
///   reduce-scatter  T = 2 a + ((k - 1) c + l + l') b, or c' for l if the last piece is that short
///   all-gather      T = 2 a + (c' + (k - 1) c + l) b
std::optional<Duration> nvls_time(NvlsPhase phase, const CollectiveCall& call, AlphaBetaCost inner);

}  // namespace commsim
