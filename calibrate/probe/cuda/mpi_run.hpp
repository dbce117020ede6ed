// One rank for each process of an MPI job, for collectives over several servers.
#pragma once

#include <optional>

#include "calibrate/probe/host/device.hpp"
#include "calibrate/probe/host/options.hpp"

namespace commsim::probe {

/// Measures the suite nccl with all ranks if this process is one of several, and returns the exit
/// code; otherwise returns nothing. The first rank keeps the results. All ranks take the choice
/// that NCCL_ALGO and NCCL_PROTO force, if any, for that of every case.
std::optional<int> run_under_mpi(const Options& options, Inventory inventory, const Clocks& clocks);

}  // namespace commsim::probe
