// Where the source of the GPU probe is (calibrate/probe, a project by itself).
#pragma once

#include <filesystem>

namespace commsim {

struct ProbePlaces {
  std::filesystem::path named;       // by the user; empty: not named
  std::filesystem::path executable;  // that of commsim
  std::filesystem::path built_from;  // the source tree that it was configured in
};

/// The folder of the probe's CMakeLists.txt: the one that is named; else calibrate/probe in a
/// folder above the executable (a build folder inside the source tree), or in share/commsim of one
/// (an installed commsim); else that of the tree commsim was built from. Throws RequestError if the
/// one that is named holds no probe, MachineError if there is none at all.
std::filesystem::path probe_source(const ProbePlaces& places);

}  // namespace commsim
