// What the results were made with: probe.json.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "calibrate/probe/host/device.hpp"
#include "calibrate/probe/host/options.hpp"

namespace commsim::probe {

struct Provenance {
  std::string started;  // UTC, as 2026-11-21T14:03:05Z, like the next
  std::string updated;
  std::string host;
  std::size_t cases = 0;
  std::size_t measured = 0;
  std::size_t failed = 0;
  bool finished = false;
  std::vector<std::string> environment;  // NCCL_*, CUDA_*: what changes the results
};

/// A JSON object. Names are quoted as RFC 8259 says.
std::string provenance_json(const Provenance& provenance, const Inventory& inventory,
                            const Clocks& clocks, const Options& options);

/// Now, in UTC.
std::string utc_now();

/// The settings of this process's environment that change results, as NAME=VALUE, sorted.
std::vector<std::string> relevant_environment();

}  // namespace commsim::probe
