// What the commands promise beyond their tables.
#include "tests/support/command.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace commsim::support {
namespace {

constexpr const char* kPair =
    "scenarios/incast.yaml --set network.model=fair_share --set topology.ranks=2";

TEST(Run, JsonHasTheStableKeys) {
  const CommandResult result = commsim(std::string("run --format json ") + kPair);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_TRUE(json.contains("commsim"));
  EXPECT_EQ(json["scenario"], "incast, eight to one");
  ASSERT_EQ(json["results"].size(), 1U);
  for (const char* key :
       {"collective", "algorithm", "network", "compression", "ranks", "bytes", "time_s",
        "algbw_Bps", "busbw_Bps", "bound_s", "messages", "events", "bottleneck"}) {
    EXPECT_TRUE(json["results"][0].contains(key)) << key;
  }
  // 1 MiB at 12.5 GB/s over two links of 500 ns.
  EXPECT_DOUBLE_EQ(json["results"][0]["time_s"], 84886080e-12);
}

TEST(Run, UnmetExpectationsExitWithOneAndSayWhich) {
  const CommandResult result =
      commsim(std::string("run ") + kPair + " --set 'expect.time_at_most=1 us'");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.err.find("expectation not met"), std::string::npos);
  EXPECT_NE(result.err.find("at most 1 us"), std::string::npos) << result.err;
}

TEST(Run, TraceHoldsEveryMessageAsAnEvent) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "trace.json";
  const CommandResult result =
      commsim(std::string("run ") + kPair + " --trace '" + file.string() + "'");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto trace = nlohmann::json::parse(read_file(file));
  ASSERT_EQ(trace["traceEvents"].size(), 2U);  // the name of the process, and one message
  EXPECT_EQ(trace["traceEvents"][1]["args"]["bytes"], 1 << 20);
  EXPECT_DOUBLE_EQ(trace["traceEvents"][1]["dur"], 84.88608);
}

TEST(Run, ATraceThatCannotBeWrittenIsTheMachinesFault) {
  const CommandResult result =
      commsim(std::string("run ") + kPair + " --trace /no/such/folder/trace.json");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_NE(result.err.find("/no/such/folder/trace.json"), std::string::npos) << result.err;
}

TEST(Run, ATraceOfASweepIsRefused) {
  EXPECT_EQ(commsim("run scenarios/incast.yaml --trace trace.json").exit_code, 2);
}

TEST(Run, AFullDiskIsTheMachinesFault) {
  const CommandResult result =
      commsim(std::string("run ") + kPair + " --format json >/dev/full; exit $?; true");
  EXPECT_EQ(result.exit_code, 3);
}

TEST(Topo, DrawsTheGraph) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "graph.dot";
  const CommandResult result = commsim("topo scenarios/incast.yaml --dot '" + file.string() + "'");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(read_file(file).find("gpu0"), std::string::npos);
}

}  // namespace
}  // namespace commsim::support
