// The lanes of one rank as thread blocks.
#pragma once

#include "collectives/msccl/exported_program.hpp"

namespace commsim::msccl {

/// The thread blocks of a rank; to_msccl() says how they come about. O(steps + dependencies); in a
/// step of n messages those are O(n), and O(n^2) only where receives overlap.
std::vector<ThreadBlock> thread_blocks(ExportedProgram& program, Rank rank);

}  // namespace commsim::msccl
