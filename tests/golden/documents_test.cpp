// Are the examples in the documents true? Every YAML block is read as a scenario (a topology by
// itself is given a collective), and the table that the README quotes is in the approved output.
#include <gtest/gtest.h>

#include <sstream>

#include "sim/scenario/scenario.hpp"
#include "sim/scenario/yaml_document.hpp"
#include "tests/support/command.hpp"

namespace commsim::support::documents_test {
namespace {

const std::filesystem::path kRoot = COMMSIM_SOURCE_DIR;

// The texts of all ``` blocks of that language.
std::vector<std::string> blocks(const std::string& document, const std::string& language) {
  std::vector<std::string> found;
  const std::string fence = "```" + language + "\n";
  for (auto at = document.find(fence); at != std::string::npos; at = document.find(fence, at)) {
    at += fence.size();
    const auto end = document.find("```", at);
    found.push_back(document.substr(at, end - at));
    at = end;
  }
  return found;
}

TEST(Documents, EveryYamlExampleIsAScenario) {
  int read = 0;
  for (const char* name : {"README.md", "docs/scenario.md"}) {
    for (std::string text : blocks(read_file(kRoot / name), "yaml")) {
      if (text.find("version:") == std::string::npos) {
        text += "version: 1\ncollective: {kind: all_reduce, algorithm: ring, size: 1 MiB}\n";
      }
      // Files that an example names stand beside the shipped scenarios.
      const std::string place = (kRoot / "scenarios" / "example.yaml").string();
      EXPECT_NO_THROW(read_scenarios(read_yaml_text(text, place))) << name << text;
      ++read;
    }
  }
  EXPECT_GE(read, 7);
}

TEST(Documents, TheReadmeQuotesTheQuickStartAsItIs) {
  const std::string approved = read_file(kRoot / "tests/golden/approved/quickstart.txt");
  int quoted = 0;
  for (const std::string& block : blocks(read_file(kRoot / "README.md"), "text")) {
    std::istringstream lines(block);
    for (std::string line; std::getline(lines, line); ++quoted) {
      EXPECT_NE(approved.find(line + "\n"), std::string::npos) << line;
    }
  }
  EXPECT_GE(quoted, 3);
}

}  // namespace
}  // namespace commsim::support::documents_test
