#include "sim/cli/probe_build.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <sstream>
#include <system_error>
#include <thread>
#include <vector>

#include "calibrate/probe_source.hpp"
#include "core/error.hpp"
#include "sim/report/child_process.hpp"

namespace commsim::probe_build {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

bool runs(const fs::path& file) {
  std::error_code ignored;
  return fs::is_regular_file(file, ignored) && ::access(file.c_str(), X_OK) == 0;
}

// The first program of the name in PATH; empty if there is none.
fs::path in_path(const std::string& name) {
  std::istringstream folders(environment("PATH"));
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (!folder.empty() && runs(fs::path(folder) / name)) return fs::path(folder) / name;
  }
  return {};
}

// Where CMake looks, too, and then where the toolkit puts itself.
fs::path nvcc() {
  if (const std::string named = environment("CUDACXX"); !named.empty()) {
    if (runs(named)) return named;
    throw MachineError(fmt::format("CUDACXX names '{}', which is no program here", named));
  }
  if (fs::path found = in_path("nvcc"); !found.empty()) return found;
  const std::string home = environment("CUDA_HOME");
  fs::path usual = fs::path(home.empty() ? "/usr/local/cuda" : home) / "bin" / "nvcc";
  if (runs(usual)) return usual;
  throw MachineError(
      fmt::format("to measure GPUs the CUDA toolkit is needed: no nvcc in PATH nor at {}; "
                  "CUDACXX may name one",
                  usual.string()));
}

fs::path cmake() {
  if (fs::path found = in_path("cmake"); !found.empty()) return found;
  throw MachineError("to build the probe CMake 3.18 or later is needed: no cmake in PATH");
}

fs::path cache_folder() {
  if (const std::string cache = environment("XDG_CACHE_HOME"); cache.starts_with('/')) {
    return fs::path(cache) / "commsim";
  }
  if (const std::string home = environment("HOME"); !home.empty()) {
    return fs::path(home) / ".cache" / "commsim";
  }
  throw MachineError(
      "there is no folder to build the probe in: neither XDG_CACHE_HOME nor HOME is set; name one "
      "with --build-dir");
}

// A home that several machines share may see several toolkits and sources: a folder for each.
fs::path build_folder(const ProbeBuild& build, const fs::path& source, const fs::path& compiler) {
  if (!build.folder.empty()) return build.folder;
  std::error_code ignored;
  const fs::path toolkit = fs::weakly_canonical(compiler, ignored);
  const auto mark = std::hash<std::string>{}(source.string() + '\n' + toolkit.string());
  return cache_folder() / fmt::format("probe-{:016x}", mark);
}

void demand(const std::vector<std::string>& command, const char* what) {
  const ChildEnd end = run_child(command, {.out = STDERR_FILENO});
  if (end.well()) return;
  throw MachineError(fmt::format("the probe cannot be {} ({}); what cmake says of it stands above",
                                 what, end.text()));
}

}  // namespace
}  // namespace commsim::probe_build

namespace commsim {

std::filesystem::path built_probe(const ProbeBuild& build) {
  using namespace probe_build;
  const fs::path compiler = nvcc();
  const fs::path builder = cmake();
  std::error_code unknown;
  const fs::path source = probe_source({.named = build.source,
                                        .executable = fs::read_symlink("/proc/self/exe", unknown),
                                        .built_from = COMMSIM_SOURCE_TREE});
  const fs::path folder = build_folder(build, source, compiler);
  std::cerr << fmt::format("building the probe in {}\n", folder.string());
  demand({builder, "-S", source, "-B", folder, "-D", "CMAKE_CUDA_COMPILER=" + compiler.string()},
         "configured");
  constexpr unsigned kMostJobs = 16;
  const unsigned jobs = std::clamp(std::thread::hardware_concurrency(), 1U, kMostJobs);
  demand({builder, "--build", folder, "--parallel", std::to_string(jobs)}, "built");
  fs::path probe = folder / "commsim_probe";
  if (runs(probe)) return probe;
  throw MachineError(fmt::format("the build has made no {}", probe.string()));
}

}  // namespace commsim
