// Whether a kernel wrote what the reference says.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "calibrate/probe/host/message.hpp"
#include "calibrate/probe/host/sparse_reference.hpp"

namespace commsim::probe {

/// All of these name the first element that differs and both values; empty: none does.
///
/// Messages of a dense codec for `count` elements. They agree bit for bit, but for the bits of a
/// NaN, and for the mean of one_bit, whose sum may have another order: that may differ by 1e-5.
/// Throws std::invalid_argument for a name of no dense codec.
std::string message_fault(const std::string& codec, const Message& expected, const Message& found,
                          std::size_t count);

/// Numbers, bit for bit but for those of NaN.
std::string number_fault(const std::vector<float>& expected, const std::vector<float>& found);

/// What is kept: positions, and values as number_fault() compares them.
std::string sparse_fault(const Sparse& expected, const Sparse& found);

}  // namespace commsim::probe
