// Do the recipes of docs/extending.md work? Each is a file of this folder, compiled here and quoted
// there; none of them is mentioned anywhere else in the sources.
#include <gtest/gtest.h>

#include <filesystem>

#include "collectives/proof/checker.hpp"
#include "core/diagnostics.hpp"
#include "sim/report/report.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/yaml_document.hpp"
#include "tests/support/command.hpp"

namespace commsim {
namespace {

const std::filesystem::path kRoot = COMMSIM_SOURCE_DIR;

constexpr const char* kScenario = R"(
version: 1
topology: {kind: example_line, ranks: 4, link: {bandwidth: 50 GB/s, latency: 1 us}}
network: {model: example_constant_time, routing: example_highest_link}
collective: {kind: all_reduce, algorithm: example_one_shot, size: 1 MiB}
)";

TEST(Extending, AScenarioUsesWhatFourFilesAdd) {
  const ScenarioSet set = read_scenarios(read_yaml_text(kScenario, "example"));
  ASSERT_EQ(set.points.size(), 1U);
  const CollectiveResult result = run_collective(set.points.front().run);
  EXPECT_EQ(result.time, 1_usec);
  EXPECT_EQ(result.messages, 12);
}

TEST(Extending, TheAlgorithmPassesTheChecker) {
  for (const Rank ranks : {1, 2, 3, 8}) {
    const CollectiveCall call{.size = 24_B, .layout = RankLayout::flat(ranks)};
    const auto program = find_algorithm(call.kind, "example_one_shot").make(call);
    EXPECT_EQ(find_fault(*program, call, 1), std::nullopt);
  }
}

TEST(Extending, AMisspeltExampleIsSuggested) {
  std::string text = kScenario;
  text.replace(text.find("example_line"), 12, "exampel_line");
  try {
    read_scenarios(read_yaml_text(text, "example"));
    FAIL() << "accepted";
  } catch (const ConfigError& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 'example_line'?"), std::string::npos)
        << error.what();
  }
}

TEST(Extending, TheDocumentQuotesTheCompiledFiles) {
  const std::string document = support::read_file(kRoot / "docs/extending.md");
  for (const char* name :
       {"all_reduce_one_shot.cpp", "line.cpp", "constant_time.cpp", "highest_link.cpp"}) {
    const std::string file = support::read_file(kRoot / "tests/extending" / name);
    EXPECT_NE(document.find("```cpp\n" + file + "```"), std::string::npos)
        << "docs/extending.md differs from " << name;
  }
}

}  // namespace
}  // namespace commsim
