// What the commands promise beyond their tables.
#include "tests/support/command.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <map>
#include <nlohmann/json.hpp>

namespace commsim::support::command_test {
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
  ASSERT_EQ(trace["traceEvents"].size(), 3U);  // the names of two ranks, and one message
  EXPECT_EQ(trace["traceEvents"][2]["args"]["bytes"], 1 << 20);
  EXPECT_DOUBLE_EQ(trace["traceEvents"][2]["dur"], 84.88608);
}

TEST(Run, SlicesOfOneTrackOfATraceDoNotOverlap) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "trace.json";
  ASSERT_EQ(commsim("run scenarios/quickstart.yaml --set collective.algorithm=ring --set "
                    "'collective.size=1 MiB' --trace '" +
                    file.string() + "'")
                .exit_code,
            0);
  std::map<std::pair<int, int>, double> ends;
  int slices = 0;
  const auto trace = nlohmann::json::parse(read_file(file));
  for (const auto& event : trace["traceEvents"]) {
    if (event["ph"] != "X") continue;
    double& end = ends[{event["pid"], event["tid"]}];
    EXPECT_GE(event["ts"].get<double>(), end - 1e-9);
    end = event["ts"].get<double>() + event["dur"].get<double>();
    ++slices;
  }
  EXPECT_EQ(slices, 3840);
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

TEST(Run, ATraceLeavesDevicesAndLinksWhatTheyAre) {
  const TemporaryFolder folder;
  const auto link = folder.path() / "link.json";
  std::ofstream(folder.path() / "target.json") << "old";
  std::filesystem::create_symlink("target.json", link);
  EXPECT_EQ(commsim(std::string("run ") + kPair + " --trace '" + link.string() + "'").exit_code, 0);
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_NE(read_file(folder.path() / "target.json"), "old");
  const auto pipe = folder.path() / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const std::string reader = "{ timeout 20 cat '" + pipe.string() + "' >/dev/null & } &&";
  EXPECT_EQ(
      commsim(std::string("run ") + kPair + " --trace '" + pipe.string() + "'", reader).exit_code,
      0);
  EXPECT_TRUE(std::filesystem::is_fifo(pipe));
}

TEST(Run, AFileNameThatIsNoTextStillGivesJson) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "bad\xff.yaml";
  std::ofstream(file) << "version: 1\n"
                         "topology: {kind: switch, ranks: 2, link: {bandwidth: 1 GB/s}}\n"
                         "collective: {kind: all_reduce, algorithm: ring, size: 1 MB}\n";
  const CommandResult result = commsim("run --format json '" + file.string() + "'");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(nlohmann::json::accept(result.out));
}

TEST(Run, JsonIsWholeEvenWhenASimulationFails) {
  const CommandResult result =
      commsim(std::string("run --format json --jobs 1 ") + kPair +
              " --set 'topology.link.bandwidth=1 b/s' --set 'collective.size=[8 B, 1000 TiB]'");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("106 days"), std::string::npos) << result.err;
  EXPECT_TRUE(nlohmann::json::accept(result.out)) << result.out;
}

TEST(Run, LatenciesPastTheClockAreRefused) {
  const CommandResult result =
      commsim(std::string("run ") + kPair + " --set 'topology.link.latency=5000000 s'");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("106 days"), std::string::npos) << result.err;
}

TEST(Topo, SaysMoreThanTheClockForSlowLinks) {
  const CommandResult result =
      commsim("topo scenarios/incast.yaml --set 'topology.link.bandwidth=1 b/s'");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("more than 106 days"), std::string::npos) << result.out;
}

TEST(Topo, DrawsTheGraph) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "graph.dot";
  const CommandResult result = commsim("topo scenarios/incast.yaml --dot '" + file.string() + "'");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(read_file(file).find("gpu0"), std::string::npos);
}

}  // namespace
}  // namespace commsim::support::command_test
