#include "calibrate/probe_source.hpp"

#include <fmt/format.h>

#include <system_error>

#include "core/error.hpp"

namespace commsim::probe_source_file {
namespace {

namespace fs = std::filesystem;

// The probe includes its own files by their path from the root of the source tree.
bool holds_probe(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / "CMakeLists.txt", ignored) &&
         fs::exists(folder / "host" / "CMakeLists.txt", ignored) && folder.filename() == "probe" &&
         folder.parent_path().filename() == "calibrate";
}

fs::path above(const fs::path& executable) {
  for (fs::path folder = executable.parent_path(); !folder.empty(); folder = folder.parent_path()) {
    for (const fs::path& root : {folder, folder / "share" / "commsim"}) {
      if (holds_probe(root / "calibrate" / "probe")) return root / "calibrate" / "probe";
    }
    if (folder == folder.root_path()) break;
  }
  return {};
}

}  // namespace
}  // namespace commsim::probe_source_file

namespace commsim {

std::filesystem::path probe_source(const ProbePlaces& places) {
  namespace fs = std::filesystem;
  using probe_source_file::holds_probe;
  if (!places.named.empty()) {
    std::error_code failed;
    fs::path named = fs::weakly_canonical(places.named, failed);
    if (!failed && holds_probe(named)) return named;
    throw RequestError(fmt::format("'{}' is not the folder calibrate/probe of commsim's source",
                                   places.named.string()));
  }
  fs::path found = probe_source_file::above(places.executable);
  if (!found.empty()) return found;
  fs::path tree = places.built_from / "calibrate" / "probe";
  if (holds_probe(tree)) return tree;
  throw MachineError(
      fmt::format("the source of the probe is neither near {} nor at {}; name the folder "
                  "calibrate/probe of commsim's source with --probe-source",
                  places.executable.string(), tree.string()));
}

}  // namespace commsim
