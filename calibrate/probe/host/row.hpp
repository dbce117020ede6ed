// A row of a table of results. The columns are those that nccl-tests reports, and more.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "calibrate/probe/host/case.hpp"
#include "calibrate/probe/host/device.hpp"
#include "calibrate/probe/host/sampler.hpp"

namespace commsim::probe {

struct Result {
  Case which;
  Facts facts;
  Sample out_of_place;
  std::optional<Sample> in_place;
  std::optional<std::uint64_t> wrong;  // values, both places together
  Clocks clocks;
};

/// The header of a suite's table. The suite nccl has a column `collective`, the others have
/// `operation` in its place, which no reader of collectives takes for one. The suite codecs also
/// has the bytes that are moved, the time of a copy that moves as many, and its share of the own
/// time.
std::string header(const std::string& suite);

/// One line without its end. Times are in microseconds, rates in GB/s (1e9), clocks in MHz.
std::string row(const Result& result);

/// The key of the case that a row of this table is about. Throws std::invalid_argument if the row
/// does not have the header's columns.
std::string key_of_row(const std::string& suite, const std::string& row);

}  // namespace commsim::probe
