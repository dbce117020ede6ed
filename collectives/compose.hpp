// Programs made of programs: side by side, on groups of participants, one after another in pieces.
#pragma once

#include <memory>
#include <vector>

#include "collectives/pieces.hpp"
#include "collectives/program.hpp"

namespace commsim {

/// A program whose ranges begin at `offset` of each buffer.
struct ParallelPart {
  std::unique_ptr<Program> program;
  Bytes offset;
};

/// All parts at once, each with lanes of its own, in the order given.
/// REQUIRES: at least one part, and all have the same participants.
std::unique_ptr<Program> in_parallel(std::vector<ParallelPart> parts);

/// A program among `members`: participant i of it is members[i]. Its ranges begin at `offset`.
struct ProgramGroup {
  std::unique_ptr<Program> program;
  std::vector<Rank> members;
  Bytes offset;
};

/// Groups that share no participant, each running its own program on the same lanes; a participant
/// in no group has no steps. REQUIRES: groups are disjoint and members fit their programs.
std::unique_ptr<Program> on_groups(int participants, std::vector<ProgramGroup> groups);

/// One stage of a pipeline, for a piece of full size and for the last piece. `full` is empty if
/// there is only one piece.
struct PipelineStage {
  std::unique_ptr<Program> full;
  std::unique_ptr<Program> last;
};

/// Every piece passes through all stages; each stage has lanes of its own and takes pieces in
/// order. On each participant a stage starts on a piece after the stage before it, or the latest
/// one that has steps there, has ended on that piece. With one piece this is a plain sequence.
/// Stages have scratch of their own, which their pieces use one after another. Throws RequestError
/// if a lane has more steps than an int counts.
std::unique_ptr<Program> pipelined(const Pieces& pieces, std::vector<PipelineStage> stages);

}  // namespace commsim
