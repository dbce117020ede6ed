// The command line.
#pragma once

#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "calibrate/probe/host/sampler.hpp"

namespace commsim::probe {

/// What was asked for cannot be; the program says so and exits with 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Options {
  std::string out = "probe";
  std::set<std::string> suites;  // all, unless some are named
  std::uint64_t least = 8;
  std::uint64_t most = std::uint64_t{8} << 30U;
  SamplerSettings sampler;
  std::uint64_t seed = 1;
  int ranks_per_gpu = 1;
  std::set<std::string> types;  // of collectives; float32, unless some are named
  bool collnet = false;         // force CollNet, too
  double hang_seconds = 0;      // 0: by the size of the case
  bool list = false;
  bool help = false;
  /// Set in a process that the program starts itself: its rank, and the descriptors by which it
  /// reports and talks to the other ranks.
  bool child = false;
  int rank = 0;
  int ranks = 1;
};

/// Throws UsageError with what is legal.
Options parse_options(const std::vector<std::string>& arguments);

/// The arguments by which a process of the program measures as these options say.
std::vector<std::string> child_arguments(const Options& options, int rank, int ranks);

std::string usage();

}  // namespace commsim::probe
