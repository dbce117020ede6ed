// The GPUs of this process.
#pragma once

#include <memory>
#include <string>

#include "calibrate/probe/host/device.hpp"
#include "calibrate/probe/host/options.hpp"
#include "calibrate/probe/host/team.hpp"

namespace commsim::probe {

/// The team must outlive it. Throws std::runtime_error if there is no GPU.
std::unique_ptr<Device> make_cuda_device(Team& team, const Options& options);

}  // namespace commsim::probe
