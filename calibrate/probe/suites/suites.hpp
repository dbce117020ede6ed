// The operations of each suite, on the GPU. All throw std::runtime_error if the device refuses.
#pragma once

#include <cstdint>
#include <memory>

#include "calibrate/probe/host/case.hpp"
#include "calibrate/probe/host/device.hpp"

namespace commsim::probe {

std::unique_ptr<Operation> make_launch(const Case& which);
std::unique_ptr<Operation> make_copy(const Case& which);
std::unique_ptr<Operation> make_peer_copy(const Case& which);
std::unique_ptr<Operation> make_by_blocks(const Case& which);
std::unique_ptr<Operation> make_gemm(const Case& which);
std::unique_ptr<Operation> make_overlap(const Case& which);
/// The seed is that of the tensor.
std::unique_ptr<Operation> make_codec(const Case& which, std::uint64_t seed);

}  // namespace commsim::probe
