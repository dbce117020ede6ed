// Is every bad input refused well? Each file of tests/bad says in its first line (or in a side file
// of the same name) where the error stands and what its message contains:
//   # expect: <line>:<column>: <part of the message>      or      # expect: - <part of the message>
#include <gtest/gtest.h>

#include <chrono>
#include <sstream>

#include "tests/support/command.hpp"

namespace commsim::support::bad_scenarios_test {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(COMMSIM_SOURCE_DIR) / "tests/bad";

std::vector<std::string> bad_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string expectation(const std::string& name) {
  const auto side = kFolder / (name + ".expect");
  std::istringstream text(
      read_file(std::filesystem::exists(side) ? side : kFolder / (name + ".yaml")));
  std::string line;
  std::getline(text, line);
  const std::string lead = "# expect: ";
  EXPECT_EQ(line.substr(0, lead.size()), lead) << name << " does not say what to expect";
  return line.substr(lead.size());
}

// Under 200 MB; sanitizers reserve address space, so they go without that limit.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr const char* kMemoryLimit = "";
constexpr std::chrono::seconds kTimeLimit{20};
#else
constexpr const char* kMemoryLimit = "ulimit -v 200000 && ulimit -t 2 &&";  // KiB, s
constexpr std::chrono::seconds kTimeLimit{20};
#endif

class BadScenario : public testing::TestWithParam<std::string> {};

TEST_P(BadScenario, IsRefusedAtItsPlaceWithExitCodeTwo) {
  const std::string expected = expectation(GetParam());
  const std::string file = "tests/bad/" + GetParam() + ".yaml";
  const auto start = std::chrono::steady_clock::now();
  const CommandResult result = commsim("run " + file, kMemoryLimit);
  EXPECT_LT(std::chrono::steady_clock::now() - start, kTimeLimit);
  EXPECT_EQ(result.exit_code, 2) << result.err;
  EXPECT_EQ(result.out, "") << "nothing is half-written";

  const bool placed = expected.front() != '-';
  const auto gap = expected.find(placed ? ": " : " ");
  const std::string place =
      placed ? file + ":" + expected.substr(0, gap) + ": error: " : file + ": error: ";
  const std::string part = expected.substr(gap + (placed ? 2 : 1));
  std::istringstream lines(result.err);
  bool found = false;
  for (std::string line; std::getline(lines, line);) {
    found |= line.substr(0, place.size()) == place && line.find(part) != std::string::npos;
  }
  EXPECT_TRUE(found) << "expected " << place << "... " << part << "\nfound " << result.err;
}

INSTANTIATE_TEST_SUITE_P(All, BadScenario, testing::ValuesIn(bad_names()),
                         [](const auto& test) { return test.param; });

TEST(BadInput, ThereAreFortyKindsAndMore) { EXPECT_GE(bad_names().size(), 40U); }

TEST(BadInput, AFileThatIsNotThereIsRefusedWithItsNameAndTheReason) {
  const CommandResult result = commsim("run no/such/file.yaml");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("no/such/file.yaml: error: "), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("No such file"), std::string::npos) << result.err;
}

TEST(BadInput, ADirectoryIsRefused) {
  const CommandResult result = commsim("check scenarios");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("scenarios: error: "), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("directory"), std::string::npos) << result.err;
}

TEST(BadInput, AnUnreadableFileIsRefused) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "secret.yaml";
  std::ofstream(file) << "version: 1\n";
  std::filesystem::permissions(file, std::filesystem::perms::none);
  // Root may read everything, so root runs it as nobody.
  const std::string nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups";
  const bool root = std::ifstream(file).good();
  if (root && commsim("--version", nobody).exit_code != 0) {
    GTEST_SKIP() << "nobody may not run the executable here";
  }
  const CommandResult result = commsim("check '" + file.string() + "'", root ? nobody : "");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("Permission denied"), std::string::npos) << result.err;
}

TEST(BadInput, AnOverrideIsBlamedOnTheCommandLine) {
  const CommandResult result = commsim("run scenarios/incast.yaml --set topology.ranks=many");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("--set topology.ranks=many: error: topology.ranks: "),
            std::string::npos)
      << result.err;
}

TEST(BadInput, AMistakeInTheLastFileComesBeforeTheFirstResult) {
  const CommandResult result = commsim("run scenarios/incast.yaml tests/bad/zero_ranks.yaml");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.out, "");
}

TEST(BadInput, UnknownCommandsAndOptionsExitWithTwo) {
  EXPECT_EQ(commsim("").exit_code, 2);
  EXPECT_EQ(commsim("simulate").exit_code, 2);
  EXPECT_EQ(commsim("run scenarios/incast.yaml --fromat json").exit_code, 2);
  EXPECT_EQ(commsim("--help").exit_code, 0);
  EXPECT_EQ(commsim("--version").exit_code, 0);
}

}  // namespace
}  // namespace commsim::support::bad_scenarios_test
