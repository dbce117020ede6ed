// Folders are layers: a folder includes only what stands above it, and an outside library is seen
// only by the files that are meant to see it.
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace commsim::layers_test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Layer {
  std::string_view folder;
  int level;  // sees what is lower; layers of one level do not see each other
};

// Stands apart: a program of its own, which uses no layer and which no layer uses.
constexpr int kApart = -1;

constexpr std::array kLayers = {
    Layer{"calibrate/probe", kApart},
    Layer{"core", 0},
    Layer{"topology", 1},
    Layer{"collectives", 1},
    Layer{"calibrate", 1},
    Layer{"sim/engine", 2},
    Layer{"sim/network", 3},
    Layer{"sim/workload", 4},
    Layer{"sim/scenario", 5},
    Layer{"sim/plan", 6},
    Layer{"sim/report", 7},
    Layer{"sim/cli", 8},
};

struct Permission {
  std::string_view header;                // beginning of what stands between the angle brackets
  std::vector<std::string_view> folders;  // whose sources may include it
  std::vector<std::string_view> headers;  // folders or files whose headers may, too
};

// The first row that fits counts.
const std::vector<Permission> kPermissions = {
    {"fmt/", {"core", "topology", "collectives", "calibrate", "sim"}, {"sim"}},
    {"boost/graph/", {"topology"}, {"topology/boost_view.hpp"}},
    {"boost/property_map/", {"topology"}, {"topology/boost_view.hpp"}},
    {"boost/tokenizer", {"calibrate", "sim/scenario"}, {}},
    {"boost/", {"topology", "calibrate", "sim"}, {"topology", "sim"}},
    {"pugixml.hpp", {"topology", "collectives"}, {}},
    {"Eigen/", {"collectives", "calibrate"}, {"collectives/compression/reducers"}},
    {"unsupported/Eigen/NonLinearOptimization", {"calibrate/physics"}, {}},
    {"zstd.h", {"collectives/compression"}, {}},
    {"zlib.h", {"collectives/compression"}, {}},
    {"bzlib.h", {"collectives/compression"}, {}},
    {"emmintrin.h", {"collectives/compression/reducers/selection.cpp"}, {}},
    {"cuda",
     {"calibrate/probe/cuda", "calibrate/probe/suites", "calibrate/probe/kernels"},
     {"calibrate/probe/cuda", "calibrate/probe/suites", "calibrate/probe/kernels"}},
    {"cub/", {"calibrate/probe/kernels"}, {"calibrate/probe/kernels"}},
    {"thrust/", {"calibrate/probe/kernels"}, {"calibrate/probe/kernels"}},
    {"nccl.h", {"calibrate/probe/suites", "calibrate/probe/cuda"}, {"calibrate/probe/suites"}},
    {"cublas", {"calibrate/probe/suites"}, {}},
    {"mpi.h", {"calibrate/probe/cuda", "sim/cli/ranks_by_mpi.cpp"}, {}},
    {"cereal/",
     {"sim/scenario/result_archive.cpp", "sim/scenario/training_archive.cpp",
      "sim/plan/plan_ending.cpp"},
     {}},
    {"arpa/inet.h", {"sim/scenario/host_addresses.cpp"}, {}},
    {"ifaddrs.h", {"sim/scenario/host_addresses.cpp"}, {}},
    {"netdb.h", {"sim/scenario/host_addresses.cpp"}, {}},
    {"sys/resource.h", {"sim/cli/memory_limit.cpp"}, {}},
    {"dlfcn.h", {"calibrate/probe/cuda"}, {}},
    {"yaml-cpp/", {"sim/scenario"}, {}},
    {"math.h", {"calibrate/fit/time_curve.cpp"}, {}},
    {"nlohmann/",
     {"calibrate/readers/nccl_tests_json.cpp", "sim/scenario", "sim/report"},
     {"sim/report"}},
    {"sqlite3.h", {"sim/plan", "sim/report"}, {}},
    {"CLI/", {"sim/cli/command_line.cpp"}, {}},
    {"spawn.h", {"sim/report", "calibrate/probe/host"}, {}},
    {"sys/wait.h", {"sim/report", "sim/cli/ranks.cpp", "calibrate/probe/host"}, {}},
    {"unistd.h",
     {"sim/report", "sim/cli", "calibrate/probe/host", "calibrate/probe/cuda"},
     {"sim/report", "sim/cli"}},
    {"sys/types.h", {}, {"calibrate/probe/host"}},
    {"sys/prctl.h", {"calibrate/probe/cuda", "sim/cli/ranks.cpp"}, {}},
    {"sys/", {"calibrate/probe/host"}, {}},
    {"fcntl.h", {"calibrate/probe/host"}, {}},
    {"poll.h", {"calibrate/probe/host"}, {}},
};

constexpr std::ptrdiff_t kMostLines = 400;

bool inside(std::string_view file, std::string_view folder) {
  return file.starts_with(folder) &&
         (file.size() == folder.size() || file.substr(folder.size()).starts_with('/'));
}

bool inside_any(std::string_view file, const std::vector<std::string_view>& folders) {
  return std::any_of(folders.begin(), folders.end(),
                     [&](std::string_view folder) { return inside(file, folder); });
}

const Layer* layer_of(std::string_view file) {
  const auto found = std::find_if(kLayers.begin(), kLayers.end(),
                                  [&](const Layer& layer) { return inside(file, layer.folder); });
  return found == kLayers.end() ? nullptr : &*found;
}

// What is wrong with including one of our own headers, if anything.
std::optional<std::string> own_include_fault(std::string_view file, const std::string& header) {
  const Layer* from = layer_of(file);
  const Layer* to = layer_of(header);
  if (to == nullptr)
    return "includes \"" + header + "\", which is no path from the root to a layer";
  if (from == nullptr) return "stands in no layer";
  if (from == to) return std::nullopt;
  if (from->level == kApart || to->level == kApart) {
    return "includes \"" + header + "\", but what stands apart has nothing to do with the layers";
  }
  if (to->level < from->level) return std::nullopt;
  return "includes \"" + header + "\", which stands below it or beside it";
}

// What is wrong with including a header of somebody else, if anything.
std::optional<std::string> outside_include_fault(std::string_view file, const std::string& header) {
  // The standard library has names like <vector>; everything else has a folder or an ending.
  if (header.find_first_of("/.") == std::string::npos) return std::nullopt;
  const auto permission = std::find_if(
      kPermissions.begin(), kPermissions.end(),
      [&](const Permission& candidate) { return header.starts_with(candidate.header); });
  if (permission == kPermissions.end()) {
    return "includes <" + header + ">, which no layer may; list it in layers_test.cpp";
  }
  const bool is_header = file.ends_with(".hpp");
  if (inside_any(file, is_header ? permission->headers : permission->folders)) return std::nullopt;
  return "includes <" + header + ">, which is not for " +
         (is_header ? "this header" : "this folder");
}

// Every rule that the file breaks; `file` is its path from the root of the repository.
std::vector<std::string> layer_faults(const std::string& file, const std::string& text) {
  static const std::regex include(R"(^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">])");
  std::vector<std::string> faults;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (!std::regex_search(line, match, include)) continue;
    const auto fault =
        match[1] == "<" ? outside_include_fault(file, match[2]) : own_include_fault(file, match[2]);
    if (fault) faults.push_back(file + " " + *fault);
  }
  return faults;
}

std::vector<std::string> shape_faults(const std::string& file, const std::string& text) {
  std::vector<std::string> faults;
  if (std::count(text.begin(), text.end(), '\n') > kMostLines) {
    faults.push_back(file + " has more than 400 lines");
  }
  if (file.ends_with(".hpp") && text.find("#pragma once\n") == std::string::npos) {
    faults.push_back(file + " has no #pragma once");
  }
  return faults;
}

struct Source {
  std::string file;
  std::string text;
};

std::vector<Source> sources_below(const std::vector<std::string>& folders) {
  const fs::path root = COMMSIM_SOURCE_DIR;
  std::vector<Source> sources;
  for (const std::string& folder : folders) {
    if (!fs::exists(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      if (entry.path().extension() != ".hpp" && entry.path().extension() != ".cpp" &&
          entry.path().extension() != ".cu")
        continue;
      std::ifstream in(entry.path(), std::ios::binary);
      sources.push_back({.file = fs::relative(entry.path(), root).generic_string(),
                         .text = {std::istreambuf_iterator<char>(in), {}}});
    }
  }
  return sources;
}

const std::vector<std::string> kLayerFolders = {"core", "topology", "collectives", "calibrate",
                                                "sim"};

TEST(Layers, EveryFileIncludesOnlyWhatStandsAboveIt) {
  const auto sources = sources_below(kLayerFolders);
  ASSERT_FALSE(sources.empty());
  for (const auto& [file, text] : sources) EXPECT_THAT(layer_faults(file, text), IsEmpty());
}

TEST(Layers, EveryFileIsShortAndEveryHeaderIsIncludedOnce) {
  auto folders = kLayerFolders;
  folders.emplace_back("tests");
  for (const auto& [file, text] : sources_below(folders)) {
    EXPECT_THAT(shape_faults(file, text), IsEmpty());
  }
}

TEST(Layers, AnIncludeOfALayerBelowIsFound) {
  EXPECT_THAT(
      layer_faults("core/units.cpp", "#include <vector>\n#include \"sim/engine/engine.hpp\"\n"),
      ElementsAre(HasSubstr("sim/engine/engine.hpp")));
}

TEST(Layers, AnIncludeOfALayerBesideIsFound) {
  EXPECT_THAT(layer_faults("collectives/ring.cpp", "  #  include \"topology/topology.hpp\"\n"),
              ElementsAre(HasSubstr("topology/topology.hpp")));
}

TEST(Layers, AnIncludeOfWhatStandsApartOrByItIsFound) {
  EXPECT_THAT(layer_faults("calibrate/fit.cpp", "#include \"calibrate/probe/host/row.hpp\"\n"),
              ElementsAre(HasSubstr("stands apart")));
  EXPECT_THAT(layer_faults("calibrate/probe/host/row.cpp", "#include \"core/units.hpp\"\n"),
              ElementsAre(HasSubstr("stands apart")));
  EXPECT_THAT(layer_faults("calibrate/probe/host/row.cpp", "#include <cuda_runtime.h>\n"),
              ElementsAre(HasSubstr("not for this folder")));
  EXPECT_THAT(
      layer_faults("calibrate/probe/host/row.cpp", "#include \"calibrate/probe/host/row.hpp\"\n"),
      IsEmpty());
}

TEST(Layers, AnIncludeWithoutAFolderIsFound) {
  EXPECT_THAT(layer_faults("core/units.cpp", "#include \"units.hpp\"\n"),
              ElementsAre(HasSubstr("no path from the root")));
}

TEST(Layers, AnOutsideLibraryInTheWrongFolderIsFound) {
  EXPECT_THAT(layer_faults("core/config.cpp", "#include <yaml-cpp/yaml.h>\n"),
              ElementsAre(HasSubstr("yaml-cpp")));
  EXPECT_THAT(layer_faults("sim/engine/x.cpp", "#include <boost/graph/adjacency_list.hpp>\n"),
              ElementsAre(HasSubstr("boost/graph")));
}

TEST(Layers, AnOutsideLibraryInAHeaderIsFound) {
  EXPECT_THAT(layer_faults("sim/scenario/x.hpp", "#include <yaml-cpp/yaml.h>\n"),
              ElementsAre(HasSubstr("not for this header")));
  EXPECT_THAT(layer_faults("topology/routes.hpp", "#include <boost/graph/graph_traits.hpp>\n"),
              ElementsAre(HasSubstr("not for this header")));
}

TEST(Layers, AnUnknownLibraryIsFound) {
  EXPECT_THAT(layer_faults("sim/cli/main.cpp", "#include <Python.h>\n"),
              ElementsAre(HasSubstr("which no layer may")));
}

TEST(Layers, WhatIsAllowedIsNotFound) {
  EXPECT_THAT(layer_faults("sim/report/json.cpp",
                           "#include \"sim/report/json.hpp\"\n#include <nlohmann/json.hpp>\n"
                           "#include \"core/units.hpp\"\n#include \"topology/topology.hpp\"\n"
                           "// #include \"sim/cli/main.hpp\" is not an include\n"),
              IsEmpty());
  EXPECT_THAT(layer_faults("topology/boost_view.hpp", "#include <boost/graph/properties.hpp>\n"),
              IsEmpty());
}

TEST(Layers, ALongFileIsFound) {
  EXPECT_THAT(shape_faults("core/a.cpp", std::string(400, '\n')), IsEmpty());
  EXPECT_THAT(shape_faults("core/a.cpp", std::string(401, '\n')),
              ElementsAre(HasSubstr("400 lines")));
}

TEST(Layers, AHeaderWithoutAGuardIsFound) {
  EXPECT_THAT(shape_faults("core/a.hpp", "#pragma once\n"), IsEmpty());
  EXPECT_THAT(shape_faults("core/a.hpp", "int x;\n"), ElementsAre(HasSubstr("#pragma once")));
}

}  // namespace
}  // namespace commsim::layers_test
