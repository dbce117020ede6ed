// The types of elements that are copied, multiplied and reduced.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "calibrate/probe/host/device.hpp"

namespace commsim::probe {

/// "float32", "float16", "bfloat16", and for collectives "float8_e4m3" and "float8_e5m2".
const std::vector<std::string>& data_types();

/// Bytes of an element. Throws std::invalid_argument for another name.
std::uint64_t element_bytes(const std::string& dtype);

/// Up to which number all whole numbers are exact: 2 to the power of the digits of the significand.
/// REQUIRES: one of data_types().
std::uint64_t exact_limit(const std::string& dtype);

/// Test data are whole numbers from 0 to one less than this, so that a sum over so many ranks is
/// exact in any order; 16 at most. Less than 2: there are too many ranks for any such data.
/// REQUIRES: one of data_types(), ranks > 0.
std::uint64_t pattern_modulus(const std::string& dtype, int ranks);

/// What collectives of the type lack here: nothing, or NCCL 2.24 and a GPU of compute
/// capability 9.0 for eight bits (nccl.h, and NCCL's check of the reduction).
std::string type_lacks(const std::string& dtype, const Inventory& inventory);

}  // namespace commsim::probe
