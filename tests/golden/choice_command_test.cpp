// What the commands say of chosen algorithms, and what they draw.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/command.hpp"

namespace commsim::support::choice_command_test {
namespace {

const std::string kSmall =
    " scenarios/dgx_h100.yaml --set 'collective.size=1 MiB' --set 'expect.busbw_at_most=1 TB/s' ";
const std::string kMap =
    " scenarios/crossover.yaml --set 'topology.link.latency=1 us' --set 'topology.ranks=[2, 6]' "
    "--set 'collective.size=[8 B, 1 MiB, 64 MiB]' --set collective.algorithm=";

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Auto, SaysInEveryFormatWhatItChoseAndByHowMuch) {
  const std::string chosen = kSmall + "--set collective.algorithm=auto";
  const CommandResult json = commsim("run --format json" + chosen);
  ASSERT_EQ(json.exit_code, 0) << json.err;
  const auto row = nlohmann::json::parse(json.out)["results"][0];
  EXPECT_EQ(row["requested"], "auto");
  EXPECT_EQ(row["algorithm"], row["candidates"][0]["algorithm"]);
  EXPECT_EQ(row["time_s"], row["candidates"][0]["time_s"]);
  EXPECT_EQ(row["runner_up"], row["candidates"][1]["algorithm"]);
  EXPECT_GE(row["runner_up_time_s"], row["time_s"]);
  EXPECT_TRUE(row["refused"].is_array());
  const std::string name = row["algorithm"];
  EXPECT_TRUE(contains(commsim("run" + chosen).out, "auto: " + name));
  const std::string csv = commsim("run --format csv" + chosen).out;
  EXPECT_TRUE(contains(csv.substr(0, csv.find('\n')),
                       ",requested,runner_up,runner_up_time_s,candidates,refused"));
  EXPECT_TRUE(contains(commsim("explain" + chosen).out, " by " + name + " on "));
}

TEST(All, ListsWhatDoesNotRunAfterTheTable) {
  const std::string six = kMap +
                          "all --set topology.ranks=6 --set 'collective.size=1 MiB' "
                          "--set 'collective.sides=[7]'";
  const CommandResult text = commsim("run" + six);
  ASSERT_EQ(text.exit_code, 0) << text.err;
  EXPECT_EQ(text.err, "");
  EXPECT_TRUE(contains(text.out, "\nnot run: torus: ")) << text.out;
  EXPECT_FALSE(contains(text.out, "legal here"));
  const auto json = nlohmann::json::parse(commsim("run --format json" + six).out);
  EXPECT_FALSE(json["skipped"].empty());
  EXPECT_EQ(json["results"][0]["requested"], "all");
  EXPECT_FALSE(contains(commsim("run --format csv" + six).out, "sides are 7"));
}

TEST(Run, EverySweptKeyIsAColumnAndInTheData) {
  const std::string seeds = kSmall +
                            "--set collective.algorithm=ring --set network.routing=ecmp "
                            "--set 'network.seed=[1, 2]'";
  EXPECT_TRUE(contains(commsim("run" + seeds).out, "  seed   algorithm"));
  const auto json = nlohmann::json::parse(commsim("run --format json" + seeds).out);
  EXPECT_EQ(json["results"][1]["sweep"]["network.seed"], "2");
}

TEST(Crossover, MapsSizesAgainstRanksInEveryFormat) {
  const CommandResult text = commsim("crossover" + kMap + "all");
  ASSERT_EQ(text.exit_code, 0) << text.err;
  EXPECT_EQ(text.err, "");
  EXPECT_TRUE(contains(text.out, "ranks=2")) << text.out;
  EXPECT_TRUE(contains(text.out, "ranks=6")) << text.out;
  EXPECT_TRUE(contains(text.out, "8 B   to ")) << text.out;
  EXPECT_EQ(text.out, commsim("crossover --jobs 3" + kMap + "auto").out);
  const auto json = nlohmann::json::parse(commsim("crossover --format json" + kMap + "all").out);
  EXPECT_EQ(json["axis"], "topology.ranks");
  EXPECT_EQ(json["cells"].size(), 6U);
  EXPECT_FALSE(json["ranges"].empty());
  std::istringstream csv(commsim("crossover --format csv" + kMap + "all").out);
  int lines = 0;
  for (std::string line; std::getline(csv, line);) ++lines;
  EXPECT_EQ(lines, 7);
}

TEST(Crossover, RefusesWhatItCannotMap) {
  EXPECT_EQ(commsim("crossover" + kMap + "ring").exit_code, 2);
  EXPECT_EQ(commsim("crossover" + kMap + "all --set 'collective.size=8 B'").exit_code, 2);
  EXPECT_EQ(commsim("crossover --tuner /no/such/folder/t" + kMap + "all").exit_code, 3);
}

TEST(Crossover, ATunerFileIsWrittenWholeOrNotAtAll) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "nccl_tuner.conf";
  std::ofstream(file) << "old";
  const std::string option = " --tuner '" + file.string() + "'";
  EXPECT_EQ(commsim("crossover" + option + kMap + "all --set 'network.seed=[1, 2]'").exit_code, 2);
  EXPECT_EQ(commsim("crossover --jobs 1" + option + kMap +
                    "'[ring, double_binary_tree]' --set 'topology.link.bandwidth=1 b/s' --set "
                    "'collective.size=[8 B, 1000 TiB]'")
                .exit_code,
            2);
  EXPECT_EQ(read_file(file), "old");
  ASSERT_EQ(commsim("crossover" + option + kMap + "all").exit_code, 0);
  const std::string text = read_file(file);
  EXPECT_TRUE(contains(text, "\nallreduce,8,")) << text;
  EXPECT_TRUE(contains(text, ",simple,-1,6,6,-1,-1\n")) << text;
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(Pictures, OfOneRunAreWrittenBesideItsTable) {
  const TemporaryFolder folder;
  const auto dot = folder.path() / "run.dot";
  const auto svg = folder.path() / "run.svg";
  const CommandResult result = commsim("run" + kSmall + "--set collective.algorithm=ring --dot '" +
                                       dot.string() + "' --svg '" + svg.string() + "'");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(contains(read_file(dot), "penwidth=4"));
  EXPECT_TRUE(contains(read_file(svg), "</svg>"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 2);
}

TEST(Pictures, OfSeveralRunsAreRefused) {
  const CommandResult result = commsim("run scenarios/incast.yaml --svg never.svg");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_TRUE(contains(result.err, "--set")) << result.err;
}

TEST(Pictures, WithoutGraphvizAreTheMachinesFaultAndLeaveTheOldFile) {
  const TemporaryFolder folder;
  const auto svg = folder.path() / "old.svg";
  std::ofstream(svg) << "old";
  for (const std::string& line :
       {"run" + kSmall + "--set collective.algorithm=ring", "topo" + kSmall}) {
    const CommandResult result = commsim(line + " --svg '" + svg.string() + "'", "PATH=/nowhere");
    EXPECT_EQ(result.exit_code, 3) << result.err;
    EXPECT_TRUE(contains(result.err, "graphviz")) << result.err;
    EXPECT_EQ(read_file(svg), "old");
  }
}

TEST(Topo, DrawsAPicture) {
  const TemporaryFolder folder;
  const auto svg = folder.path() / "graph.svg";
  ASSERT_EQ(commsim("topo" + kSmall + "--svg '" + svg.string() + "'").exit_code, 0);
  EXPECT_TRUE(contains(read_file(svg), "</svg>"));
}

}  // namespace
}  // namespace commsim::support::choice_command_test
