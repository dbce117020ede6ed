// One collective of NCCL, timed as nccl-tests does: by the clock of the host, from the first call
// until all streams are done.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "calibrate/probe/host/case.hpp"
#include "calibrate/probe/host/device.hpp"
#include "calibrate/probe/suites/nccl_session.hpp"

namespace commsim::probe {

/// The session must outlive it.
std::unique_ptr<Operation> make_collective(const Case& which, NcclSession& session,
                                           std::uint64_t seed, std::string what);

}  // namespace commsim::probe
