// Commands say which files they wrote, and only on standard error.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/command.hpp"

namespace commsim::support::written_files_test {
namespace {

constexpr const char* kPair =
    " scenarios/incast.yaml --set network.model=fair_share --set topology.ranks=2";

TEST(WrittenFiles, AreNamedOnStandardErrorByEveryCommand) {
  const TemporaryFolder folder;
  const auto file = [&](const char* name) { return (folder.path() / name).string(); };
  const auto said = [&](const std::string& command, const std::string& option, const char* name) {
    const CommandResult plain = commsim(command);
    const CommandResult result = commsim(command + " " + option + " '" + file(name) + "'");
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(result.err, "wrote " + file(name) + "\n");
    return result.out == plain.out;
  };
  EXPECT_TRUE(said(std::string("run") + kPair, "--trace", "a.json"));
  EXPECT_TRUE(said(std::string("run") + kPair, "--dot", "a.dot"));
  EXPECT_TRUE(said(std::string("topo") + kPair, "--dot", "b.dot"));
  EXPECT_FALSE(said(
      "msccl scenarios/dgx_h100.yaml --set collective.algorithm=ring --set 'collective.size=1 MiB'",
      "--output", "c.xml"));
}

TEST(Json, HasTheConnectionsOfEcmpAlways) {
  const auto connections = [](const std::string& more) {
    const CommandResult result = commsim(std::string("run --format json") + kPair + more);
    return nlohmann::json::parse(result.out)["results"][0]["connections"];
  };
  EXPECT_TRUE(connections("").is_null());
  EXPECT_EQ(connections(" --set network.routing=ecmp"), 1);
  EXPECT_EQ(connections(" --set network.routing=ecmp --set network.connections=4"), 4);
}

TEST(Explain, NamesTheParameterServers) {
  const std::string line =
      "explain scenarios/dgx_h100.yaml --set topology.parameter_servers=2 --set "
      "collective.algorithm=parameter_server --set 'collective.size=1 MiB'";
  const std::string ranks = commsim(line).out;
  EXPECT_NE(ranks.find("\n  the ranks serve the parameters\n"), std::string::npos) << ranks;
  EXPECT_NE(ranks.find("note: all_reduce/parameter_server: the ranks serve"), std::string::npos);
  const std::string hosts = commsim(line + " --set collective.servers=separate").out;
  EXPECT_NE(hosts.find("\n  ps0, ps1 serve the parameters\n"), std::string::npos) << hosts;
  EXPECT_EQ(hosts.find("note: "), std::string::npos) << hosts;
}

TEST(Crossover, PrintsEstimatedSizesInTheUnitsOfTheList) {
  const std::string map =
      "crossover scenarios/crossover.yaml --set 'topology.link.latency=1 us' --set "
      "'topology.ranks=8' --set 'collective.algorithm=[ring, recursive_doubling]' ";
  const CommandResult binary = commsim(map + "--set 'collective.size=[1 KiB, 64 MiB]'");
  ASSERT_EQ(binary.exit_code, 0) << binary.err;
  EXPECT_EQ(binary.out.find(" kB"), std::string::npos) << binary.out;
  EXPECT_EQ(binary.out.find(" MB "), std::string::npos) << binary.out;
  EXPECT_NE(binary.out.find("MiB   to "), std::string::npos) << binary.out;
  const CommandResult decimal = commsim(map + "--set 'collective.size=[1 kB, 64 MB]'");
  EXPECT_EQ(decimal.out.find("iB"), std::string::npos) << decimal.out;
}

}  // namespace
}  // namespace commsim::support::written_files_test
