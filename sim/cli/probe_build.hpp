// The GPU probe, built where it is to measure.
#pragma once

#include <filesystem>
#include <string>

namespace commsim {

struct ProbeBuild {
  std::string source;  // the folder calibrate/probe; empty: it is looked for
  std::string folder;  // to build in; empty: below the user's cache folder
};

/// Configures and builds, with what CMake says on standard error; of what was built before only
/// what has changed. Returns the executable. Throws MachineError where nvcc, cmake or the source is
/// missing, or the build fails, RequestError for a source that is none.
std::filesystem::path built_probe(const ProbeBuild& build);

}  // namespace commsim
