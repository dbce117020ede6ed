// Servers that are not all equal, parameter servers, and the pods of servers.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/support/topology.hpp"
#include "topology/fabric_plan.hpp"
#include "topology/server_plan.hpp"

namespace commsim::islands_test {
namespace {

using config::Value;
using testing::ElementsAre;
using testing::HasSubstr;

using Entries = std::vector<std::pair<std::string, Value>>;

Value link(const char* bandwidth) {
  return config::map({{"bandwidth", bandwidth}, {"latency", "1 us"}});
}

ConfigNode preset(const char* servers, const char* name) {
  return config::map({{"servers", servers}, {"preset", name}});
}

// Two DGX A100 with 8 NICs each, one server of 4 GPUs with a NIC of 100 Gb/s.
ConfigNode mixed() {
  return config::list({preset("2", "dgx_a100"), config::map({{"servers", "1"},
                                                             {"gpus", "4"},
                                                             {"intra", "mesh"},
                                                             {"gpu_link", link("50 GB/s")},
                                                             {"nics", "1"},
                                                             {"gpu_nic", link("16 GB/s")},
                                                             {"nic", link("100 Gb/s")}})});
}

std::string errors_of(const char* kind, const Entries& entries) {
  return build_topology(kind, config::map(entries)).errors;
}

Topology islands(const Entries& entries) { return topology_of("islands", config::map(entries)); }

std::optional<DeviceId> find(const Topology& topology, std::string_view name) {
  for (DeviceId id = 0; id < topology.devices().size(); ++id) {
    if (topology.device(id).name == name) return id;
  }
  return std::nullopt;
}

std::vector<std::string> neighbours(const Topology& topology, std::string_view name) {
  std::vector<std::string> names;
  for (const LinkId id : topology.out_links(find(topology, name).value())) {
    names.push_back(topology.device(topology.link(id).to).name);
  }
  return names;
}

// Every device with its server, every link with its speed.
std::vector<std::string> description(const Topology& topology) {
  std::vector<std::string> lines;
  for (const Device& device : topology.devices()) {
    lines.push_back(device.name + " " + std::to_string(device.server));
  }
  for (LinkId id = 0; id < topology.links().size(); ++id) {
    const Link& cable = topology.link(id);
    lines.push_back(topology.link_name(id) + " " +
                    std::to_string(cable.bandwidth.bits_per_second()) + " " +
                    std::to_string(cable.latency.count()));
  }
  return lines;
}

TEST(Islands, RefuseWhatIsNoListOfIslands) {
  EXPECT_THAT(errors_of("islands", {}), HasSubstr("the key 'islands' is missing"));
  for (const ConfigNode& wrong : {config::list({}), config::map({{"servers", "2"}})}) {
    EXPECT_THAT(errors_of("islands", {{"islands", wrong}}),
                HasSubstr("topology.islands: expected a list of islands"));
  }
  EXPECT_THAT(errors_of("islands", {{"islands", config::list({"dgx_a100"})}}),
              HasSubstr("topology.islands[0]: expected a map"));
}

TEST(Islands, RefuseAMistakeAtItsPlace) {
  const std::string errors = errors_of(
      "islands", {{"islands", config::list({preset("2", "dgx_a100"), preset("0", "dgx_h100"),
                                            config::map({{"servers", "1"}, {"preset", "dgx_b20"}}),
                                            config::map({{"preset", "dgx_a100"}}),
                                            config::map({{"servers", "1"}, {"gpus", "2"}})})},
                  {"fabric", "leaf_spine"}});
  EXPECT_THAT(errors, HasSubstr("topology.islands[1].servers: 0 is out of range"));
  EXPECT_THAT(errors, HasSubstr("topology.islands[2].preset: unknown server preset 'dgx_b20'"));
  EXPECT_THAT(errors, HasSubstr("topology.islands[3].servers: the key 'servers' is missing"));
  EXPECT_THAT(errors, HasSubstr("topology.islands[4].intra"));
  EXPECT_THAT(errors, HasSubstr("topology.islands[4].nics"));
  EXPECT_EQ(errors.find("unknown key"), std::string::npos) << errors;
}

TEST(Islands, RefuseTheFabricInsideAnIsland) {
  const std::string errors =
      errors_of("islands",
                {{"islands",
                  config::list({config::map(
                      {{"servers", "2"}, {"preset", "dgx_a100"}, {"fabric", "single_switch"}})})}});
  EXPECT_THAT(errors, HasSubstr("topology.islands[0].fabric: unknown key 'fabric'"));
}

TEST(Islands, RefuseMoreServersThanThereMayBeBeforeBuildingThem) {
  const ConfigNode many = preset("1048576", "dgx_a100");
  EXPECT_THAT(errors_of("islands", {{"islands", config::list({many, many})}}),
              HasSubstr("there would be 2097152 servers; legal: up to 1048576"));
  EXPECT_THAT(errors_of("islands", {{"islands", config::list({many})}}),
              HasSubstr("8388608 ranks; legal: up to 1048576"));
}

TEST(Islands, NumberServersOverTheWholeCluster) {
  const Topology topology = islands({{"islands", mixed()}});
  EXPECT_EQ(topology.rank_count(), 8 + 8 + 4);
  EXPECT_EQ(topology.device(topology.ranks()[16]).name, "s2.gpu0");
  EXPECT_EQ(topology.device(topology.ranks()[16]).server, 2);
  EXPECT_THAT(neighbours(topology, "s2.gpu0"),
              ElementsAre("s2.gpu1", "s2.gpu2", "s2.gpu3", "s2.nic0"));
  EXPECT_THAT(neighbours(topology, "s1.gpu3"), ElementsAre("s1.nvswitch", "s1.nic3"));
}

TEST(Islands, GiveEachServerItsOwnCables) {
  const Topology topology = islands({{"islands", mixed()}});
  const auto bandwidth = [&](std::string_view nic) {
    return topology.link(topology.in_links(*find(topology, nic)).back()).bandwidth;
  };
  EXPECT_EQ(bandwidth("s0.nic7"), 200_Gbps);
  EXPECT_EQ(bandwidth("s2.nic0"), 100_Gbps);
}

TEST(Islands, UseAsManyRailsAsAServerHasNics) {
  const Topology topology = islands({{"islands", mixed()}, {"fabric", "rail_optimised"}});
  EXPECT_THAT(neighbours(topology, "s2.nic0"), testing::Contains("leaf0"));
  EXPECT_THAT(neighbours(topology, "s1.nic7"), testing::Contains("leaf7"));
  EXPECT_THAT(neighbours(topology, "leaf0"),
              ElementsAre("s0.nic0", "s1.nic0", "s2.nic0", "spine0"));
  EXPECT_THAT(neighbours(topology, "leaf7"), ElementsAre("s0.nic7", "s1.nic7", "spine0"));
}

TEST(Islands, OfOneKindAreAServerCluster) {
  const Topology one =
      islands({{"islands", config::list({preset("3", "dgx_h100")})}, {"fabric", "rail_optimised"}});
  const Topology other = topology_of(
      "server_cluster",
      config::map({{"servers", "3"}, {"preset", "dgx_h100"}, {"fabric", "rail_optimised"}}));
  EXPECT_EQ(description(one), description(other));
}

TEST(Islands, OfOneServerHaveNoNetwork) {
  EXPECT_EQ(islands({{"islands", config::list({preset("1", "dgx_a100")})}}).devices().size(), 9U);
}

TEST(Islands, SweepWhatStandsInTheirEntries) {
  const ConfigNode section = config::numbered(config::map(
      {{"islands",
        config::list({preset("2", "dgx_a100"), config::map({{"servers", config::list({"1", "3"})},
                                                            {"preset", "dgx_h100"}})})}}));
  ReadingContext context;
  std::vector<Rank> ranks;
  do {
    ConfigReader reader(section, "topology", context);
    ranks.push_back(Registry<TopologyKind>::get("islands", "topology").build(reader)->rank_count());
  } while (context.sweep.advance());
  EXPECT_THAT(ranks, ElementsAre(24, 40));
}

TEST(ParameterServers, AreRefusedOutOfRangeOrWithoutTheirKey) {
  EXPECT_THAT(errors_of("server_cluster",
                        {{"servers", "2"}, {"preset", "dgx_a100"}, {"parameter_servers", "-1"}}),
              HasSubstr("topology.parameter_servers: -1 is out of range; legal: 0 to 65536"));
  EXPECT_THAT(errors_of("server_cluster", {{"servers", "2"},
                                           {"preset", "dgx_a100"},
                                           {"parameter_server_link", link("100 Gb/s")}}),
              HasSubstr("unknown key 'parameter_server_link'"));
}

TEST(ParameterServers, StandOnTheFabricAndAreNoRanks) {
  const Topology topology = topology_of(
      "server_cluster",
      config::map({{"servers", "2"}, {"preset", "dgx_a100"}, {"parameter_servers", "2"}}));
  EXPECT_EQ(topology.rank_count(), 16);
  const Device& second = topology.device(*find(topology, "ps1"));
  EXPECT_EQ(second.kind, DeviceKind::kHost);
  EXPECT_EQ(second.server, 3);
  EXPECT_THAT(neighbours(topology, "ps1"), ElementsAre("leaf0"));
  const Link& cable = topology.link(topology.out_links(*find(topology, "ps0"))[0]);
  EXPECT_EQ(cable.bandwidth, 200_Gbps) << "that of a NIC";
  EXPECT_EQ(cable.latency, 350_nsec);
}

TEST(ParameterServers, MayHaveACableOfTheirOwn) {
  const Topology topology =
      topology_of("server_cluster", config::map({{"servers", "2"},
                                                 {"preset", "dgx_a100"},
                                                 {"parameter_servers", "1"},
                                                 {"parameter_server_link", link("800 Gb/s")}}));
  EXPECT_EQ(topology.link(topology.out_links(*find(topology, "ps0"))[0]).bandwidth, 800_Gbps);
}

TEST(ParameterServers, GiveALoneServerANetwork) {
  const Topology topology = topology_of(
      "server_cluster",
      config::map({{"servers", "1"}, {"preset", "dgx_a100"}, {"parameter_servers", "1"}}));
  EXPECT_TRUE(find(topology, "s0.nic7"));
  EXPECT_THAT(neighbours(topology, "ps0"), ElementsAre("leaf0"));
}

TEST(ParameterServers, StandOnTheFirstRail) {
  const Topology topology =
      islands({{"islands", mixed()}, {"fabric", "rail_optimised"}, {"parameter_servers", "1"}});
  EXPECT_THAT(neighbours(topology, "ps0"), ElementsAre("leaf0"));
  EXPECT_EQ(topology.device(*find(topology, "ps0")).server, 3);
}

// Two servers on a leaf make a pod; their GPUs are in it although only their NICs are ports.
TEST(Pods, HoldWholeServersWhosePortsShareOne) {
  const Topology topology = topology_of("server_cluster", config::map({{"servers", "4"},
                                                                       {"preset", "dgx_a100"},
                                                                       {"fabric", "leaf_spine"},
                                                                       {"servers_per_leaf", "2"}}));
  for (const Device& device : topology.devices()) {
    if (device.server < 0) continue;
    EXPECT_EQ(device.pod, device.server / 2) << device.name;
  }
}

TEST(Pods, AreNoneWhereTheRailsOfAServerPart) {
  const Topology topology = topology_of(
      "server_cluster",
      config::map({{"servers", "4"}, {"preset", "dgx_a100"}, {"fabric", "rail_optimised"}}));
  for (const DeviceId gpu : topology.ranks()) EXPECT_EQ(topology.device(gpu).pod, -1);
}

// A server from a file, as an importer would register it.
class TwoGpus final : public ServerPlan {
 public:
  explicit TwoGpus(int nics) : nics_(nics) {}
  [[nodiscard]] int gpus() const override { return 2; }
  [[nodiscard]] int nics() const override { return nics_; }
  [[nodiscard]] LinkSpec cable(int /*nic*/) const override {
    EXPECT_GT(nics_, 0) << "nobody asks for a cable that is not there";
    return {.bandwidth = 25_Gbps, .latency = 1_usec};
  }
  [[nodiscard]] TopologySize size(bool networked) const override {
    return {.ranks = 2, .devices = networked ? 3 : 2, .links = networked ? 6 : 2};
  }
  BuiltServer build(TopologyBuilder& builder, std::int32_t index, bool networked) const override {
    const std::string name = "s" + std::to_string(index);
    BuiltServer built;
    for (const char* gpu : {".gpu0", ".gpu1"}) {
      built.gpus.push_back(builder.add_device(DeviceKind::kGpu, name + gpu, index));
    }
    builder.add_cable(built.gpus[0], built.gpus[1], {.bandwidth = 1_GBps}, "nvlink");
    if (!networked) return built;
    built.nics.push_back(builder.add_device(DeviceKind::kNic, name + ".nic0", index));
    for (const DeviceId gpu : built.gpus) {
      builder.add_cable(gpu, built.nics[0], {.bandwidth = 1_GBps}, "pcie");
    }
    return built;
  }

 private:
  int nics_;
};

std::unique_ptr<ServerPlan> read_two_gpus(ConfigReader& section, bool /*networked*/) {
  const auto nics = section.whole("test_server", {.least = 0, .most = 1});
  if (!nics) return nullptr;
  return std::make_unique<TwoGpus>(static_cast<int>(*nics));
}

const Registration<ServerImport> registration{{.name = "test_server",
                                               .summary = "two GPUs",
                                               .reference = "this test",
                                               .read = read_two_gpus}};

TEST(ImportedServers, AreServersOfAClusterAndOfIslands) {
  const Topology topology =
      islands({{"islands", config::list({config::map({{"servers", "2"}, {"test_server", "1"}}),
                                         preset("1", "dgx_a100")})}});
  EXPECT_EQ(topology.rank_count(), 12);
  EXPECT_THAT(neighbours(topology, "s1.nic0"), ElementsAre("s1.gpu0", "s1.gpu1", "leaf0"));
  EXPECT_EQ(topology_of("server_cluster", config::map({{"servers", "1"}, {"test_server", "0"}}))
                .devices()
                .size(),
            2U);
}

TEST(ImportedServers, TakeNoOtherKeysOfServers) {
  EXPECT_THAT(
      errors_of("server_cluster", {{"servers", "2"}, {"test_server", "1"}, {"preset", "dgx_a100"}}),
      HasSubstr("unknown key 'preset'"));
}

TEST(ImportedServers, AreRefusedWithoutANetworkWhereOneIsNeeded) {
  const std::string errors = errors_of(
      "server_cluster", {{"servers", "2"}, {"test_server", "0"}, {"fabric", "single_switch"}});
  EXPECT_THAT(errors, HasSubstr("a server without NICs cannot be joined to others"));
  EXPECT_EQ(errors.find("unknown key"), std::string::npos);
}

TEST(ImportedServers, ThatAreWrongAreTheOnlyError) {
  const std::string errors = errors_of(
      "server_cluster", {{"servers", "2"}, {"test_server", "7"}, {"fabric", "single_switch"}});
  EXPECT_THAT(errors, HasSubstr("topology.test_server: 7 is out of range"));
  EXPECT_EQ(errors.find("unknown key"), std::string::npos);
}

}  // namespace
}  // namespace commsim::islands_test
