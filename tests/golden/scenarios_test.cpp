// Did any output change? The whole output of every shipped scenario is compared with an approved
// one. After a change that is meant, `./test.sh approve` writes new ones; review them with git
// diff.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/support/command.hpp"

namespace commsim::support::scenarios_test {
namespace {

const std::filesystem::path kRoot = COMMSIM_SOURCE_DIR;

std::vector<std::string> scenario_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kRoot / "scenarios")) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

void expect_approved(const std::string& name, const CommandResult& result) {
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
  const auto file = kRoot / "tests/golden/approved" / name;
  if (std::getenv("COMMSIM_APPROVE") != nullptr) std::ofstream(file) << result.out;
  EXPECT_EQ(result.out, read_file(file)) << "if this is meant: ./test.sh approve";
}

class Scenario : public testing::TestWithParam<std::string> {};

TEST_P(Scenario, PrintsTheApprovedTable) {
  expect_approved(GetParam() + ".txt", commsim("run scenarios/" + GetParam() + ".yaml"));
}

TEST_P(Scenario, PrintsTheSameBytesOnOneThreadAndOnFour) {
  const std::string line = "run scenarios/" + GetParam() + ".yaml --format json --jobs ";
  EXPECT_EQ(commsim(line + "1").out, commsim(line + "4").out);
}

INSTANTIATE_TEST_SUITE_P(Shipped, Scenario, testing::ValuesIn(scenario_names()),
                         [](const auto& test) { return test.param; });

TEST(Output, OfEveryFormatAndCommandIsTheApprovedOne) {
  const std::string small = "scenarios/dgx_h100.yaml --set 'collective.size=[8 B, 1 MiB]'";
  expect_approved("dgx_h100.json", commsim("run --format json " + small));
  expect_approved("dgx_h100.csv", commsim("run --format csv " + small));
  expect_approved("explain.txt",
                  commsim("explain scenarios/quickstart.yaml --set collective.algorithm=ring "
                          "--set 'collective.size=64 MiB'"));
  expect_approved("topo.txt", commsim("topo scenarios/rail_optimised_1024.yaml"));
  expect_approved("check.txt", commsim("check scenarios/*.yaml"));
  expect_approved("list.txt", commsim("list"));
}

}  // namespace
}  // namespace commsim::support::scenarios_test
