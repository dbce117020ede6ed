// An MSCCL schedule as a Program.
#pragma once

#include "collectives/msccl/chunk_map.hpp"
#include "collectives/msccl/replay.hpp"
#include "collectives/pieces.hpp"

namespace commsim::msccl {

/// Each thread block is a lane. A step that receives and sends becomes two of ours; a sum that is
/// only sent on (rrs) is made in scratch of the lane. A dependency waits for the last of our steps
/// of that step. The whole repeats for every piece of the chunks, as in MSCCL's interpreter: a lane
/// goes on with the next piece when it is through with one, and waits only for steps of the same
/// piece. Where the input buffer is scratch, one more lane fills it first.
/// Memory: O(steps + chunks moved). A step costs O(chunks that it moves).
class ScheduleProgram final : public Program {
 public:
  /// REQUIRES: the schedule is linked and `movements` are its own. Throws RequestError if the
  /// call's chunk is not legal or a lane has more steps than an int counts.
  ScheduleProgram(Schedule schedule, ChunkMap chunks, const Movements& movements,
                  const CollectiveCall& call);

  [[nodiscard]] int participants() const override { return schedule_.ranks(); }
  [[nodiscard]] int lanes() const override { return lanes_; }
  [[nodiscard]] int steps(Rank participant, int lane) const override;
  [[nodiscard]] Bytes scratch(Rank participant) const override;
  void step(Rank participant, int lane, int step, Step& out) const override;

 private:
  // Which step of a thread block one of ours is, for one piece, and whether it is its second half.
  struct Part {
    int step;
    bool second;
  };
  struct LaneOfBlock {
    std::vector<Part> parts;
    std::vector<int> last;  // of our steps, by step
    std::int64_t held = 0;  // the chunk of the lane's scratch
  };

  [[nodiscard]] bool fills_input(int lane) const {
    return chunks_.copies_input() && lane == lanes_ - 1;
  }
  void fill_input(Rank participant, Step& out) const;
  void first_half(Rank gpu, const ThreadBlock& block, const ScheduleStep& step, int lane, int piece,
                  Step& out) const;
  void send(Rank gpu, const ThreadBlock& block, const ScheduleStep& step, int lane, int piece,
            Step& out) const;
  // One piece of chunk `c` of a step, where it lies in a buffer, or in the lane's own scratch.
  [[nodiscard]] Range range(Rank gpu, const ScheduleStep& step, ChunkPlace place, int c,
                            int piece) const;
  [[nodiscard]] Range held(Rank gpu, const ScheduleStep& step, int lane, int c, int piece) const;
  [[nodiscard]] Range cut(Range whole, Bytes length, int piece) const;

  Schedule schedule_;
  ChunkMap chunks_;
  std::vector<std::int64_t> moved_;  // Movements::chunks
  Pieces pieces_;                    // of the longest chunk
  int lanes_ = 0;
  std::vector<std::vector<LaneOfBlock>> blocks_;  // by GPU and thread block
  std::vector<std::int64_t> held_;                // by GPU: chunks of all lanes' scratch
};

}  // namespace commsim::msccl
