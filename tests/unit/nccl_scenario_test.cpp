// `algorithm: nccl`: the facts that it takes from topologies, and what it refuses.
#include <gmock/gmock.h>

#include <algorithm>

#include "sim/report/crossover_map.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/scenario_validation.hpp"
#include "sim/scenario/yaml_document.hpp"
#include "sim/workload/nccl_model.hpp"
#include "tests/support/measurements.hpp"
#include "topology/preset.hpp"

namespace commsim::nccl_scenario_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ScenarioSet read(const std::string& text) {
  return read_scenarios(read_yaml_text("version: 1\n" + text, "test"));
}

std::string with(const std::string& topology, const std::string& more = "",
                 const std::string& collective = "kind: all_reduce, algorithm: nccl, size: 1 MiB") {
  return "topology: {" + topology + "}\n" + more + "collective: {" + collective + "}\n";
}

std::string refusal(const std::string& text) {
  try {
    read(text);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "accepted";
}

NcclSystem system_of(const std::string& topology, const std::string& more = "") {
  const ScenarioSet set = read(with(topology, more));
  return dynamic_cast<const NcclModel&>(*set.points.front().model).system();
}

constexpr const char* kTwoH100 = "kind: server_cluster, servers: 2, preset: dgx_h100";

TEST(NcclScenario, IsRefusedWhereTheTopologyDoesNotSayTheGpu) {
  const std::string server =
      "kind: server_cluster, servers: 1, gpus: 4, intra: switch, gpu_link: {bandwidth: 450 GB/s}";
  EXPECT_THAT(refusal(with(server)),
              HasSubstr("nccl: {gpu: ...} with one of volta, ampere, hopper, blackwell"));
  EXPECT_EQ(system_of(server, "nccl: {gpu: hopper}\n").nvlink, 370.8);
  EXPECT_THAT(refusal(with("kind: server_cluster, servers: 1, preset: mi300x")),
              HasSubstr("must know the GPUs"));
}

TEST(NcclScenario, IsRefusedWithoutServers) {
  EXPECT_THAT(refusal(with("kind: switch, ranks: 8, link: {bandwidth: 50 GB/s}")),
              HasSubstr("needs servers with GPUs and NICs"));
}

TEST(NcclScenario, IsRefusedForACollectiveWithoutAModel) {
  EXPECT_THAT(refusal(with(kTwoH100, "", "kind: all_to_all, algorithm: nccl, size: 1 MiB")),
              HasSubstr("no model of all_to_all"));
}

TEST(NcclScenario, IsRefusedForServersThatDiffer) {
  EXPECT_THAT(refusal(with("kind: islands, islands: [{servers: 1, preset: dgx_h100}, {servers: 1, "
                           "preset: dgx_a100}]")),
              HasSubstr("server 1 is not like server 0"));
  EXPECT_THAT(refusal(with(kTwoH100, "placement: {ranks: 12}\n")), HasSubstr("equally many ranks"));
}

TEST(NcclScenario, IsRefusedForSettingsThatThereAreNot) {
  EXPECT_THAT(refusal(with(kTwoH100, "nccl: {version: 2.17}\n")), HasSubstr("legal: 2.18 to 2.30"));
  EXPECT_THAT(refusal(with(kTwoH100, "nccl: {gpu: pascal}\n")), HasSubstr("pascal"));
  EXPECT_THAT(refusal(with(kTwoH100, "nccl: {protocol: LL64}\n")), HasSubstr("LL, LL128, Simple"));
  EXPECT_THAT(refusal(with(kTwoH100, "nccl: {algorithm: nvls}\n")),
              HasSubstr("not do this by nvls"));
  EXPECT_THAT(refusal(with(kTwoH100, "nccl: {versoin: 2.30}\n")), HasSubstr("versoin"));
  EXPECT_THAT(refusal(with(kTwoH100, "nccl: {collnet: true}\n",
                           "kind: all_reduce, algorithm: "
                           "nccl, size: 1 MiB, chunk: 1 KiB")),
              HasSubstr("chunk"));
}

TEST(NcclScenario, TakesItsFactsFromThePreset) {
  const NcclSystem h100 = system_of(kTwoH100);
  EXPECT_EQ(h100.generation, GpuGeneration::kHopper);
  EXPECT_EQ(h100.cpu, CpuMaker::kIntel);
  EXPECT_EQ(h100.servers, 2);
  EXPECT_EQ(h100.gpus, 8);
  EXPECT_DOUBLE_EQ(h100.nvlink, 370.8);
  EXPECT_DOUBLE_EQ(h100.pcie, 48);
  EXPECT_EQ(h100.nics, 8);
  EXPECT_DOUBLE_EQ(h100.nic, 48) << "PCIe gen5 is slower than the port";
  EXPECT_TRUE(h100.nvls);
  const NcclSystem p4d = system_of("kind: server_cluster, servers: 2, preset: aws_p4d");
  EXPECT_EQ(p4d.nics, 4);
  EXPECT_DOUBLE_EQ(p4d.nic, 12);
  EXPECT_EQ(p4d.nic_latency, 75);
  EXPECT_FALSE(p4d.nvls);
  const NcclSystem p5 = system_of("kind: server_cluster, servers: 2, preset: aws_p5");
  EXPECT_EQ(p5.nics, 32);
  EXPECT_DOUBLE_EQ(p5.pcie, 48) << "four slots of 12";
  EXPECT_EQ(p5.cpu, CpuMaker::kAmd);
  const NcclSystem cube = system_of("kind: server_cluster, servers: 1, preset: dgx1_v100");
  EXPECT_DOUBLE_EQ(cube.nvlink, 120);
}

TEST(NcclScenario, KnowsTheGpusOfEveryPresetThatHasNvidias) {
  std::vector<std::string_view> unknown;
  for (const ServerPreset* preset : Registry<ServerPreset>::entries()) {
    if (!preset->server.facts.gpu || !preset->server.facts.cpu) unknown.push_back(preset->name);
  }
  EXPECT_THAT(unknown, ElementsAre("mi300x", "pcie_box", "pcie_box_two_sockets"));
}

TEST(NcclScenario, KnowsTheFactsOfServersThatNcclHasDescribed) {
  const NcclSystem imported =
      system_of("kind: server_cluster, servers: 2, nccl_topology: " COMMSIM_SOURCE_DIR
                "/scenarios/topologies/dgx_a100_nccl.xml");
  EXPECT_EQ(imported.generation, GpuGeneration::kAmpere);
  EXPECT_EQ(imported.cpu, CpuMaker::kAmd);
  EXPECT_DOUBLE_EQ(imported.nvlink, 240);
}

TEST(NcclScenario, LetsTheSectionSayOtherwise) {
  const NcclSystem system = system_of(
      kTwoH100, "nccl: {version: 2.27.3, cpu: amd, network_latency: 75 us, collnet: true}\n");
  EXPECT_EQ(system.version, NcclVersion{27});
  EXPECT_EQ(system.cpu, CpuMaker::kAmd);
  EXPECT_EQ(system.nic_latency, 75);
  EXPECT_TRUE(system.collnet);
}

TEST(NcclScenario, CountsTheGpusAndNicsOfThePlacement) {
  const NcclSystem half = system_of(kTwoH100,
                                    "placement: {gpus: [s0.gpu0, s0.gpu1, s1.gpu0, "
                                    "s1.gpu1]}\n");
  EXPECT_EQ(half.servers, 2);
  EXPECT_EQ(half.gpus, 2);
  EXPECT_EQ(half.nics, 2);
  EXPECT_DOUBLE_EQ(half.nvlink, 370.8);
}

TEST(NcclScenario, TakesItsTimeFromTheFastestEstimate) {
  const ScenarioSet set = read(with("kind: server_cluster, servers: 1, preset: dgx_a100", "",
                                    "kind: all_reduce, algorithm: [nccl, ring], size: 8 B"));
  const SettledPoint done = settled(set.points.front());
  // 6.6 + 14 x .6 us and 8 B at 87.7 x 8 / 14 GB/s = 0.15963... ns, rounded up to the picosecond.
  EXPECT_EQ(done.result.time, 15000160_psec);
  ASSERT_EQ(done.result.estimates.size(), 6U);
  EXPECT_EQ(done.result.estimates.front().algorithm, "ring");
  EXPECT_EQ(done.result.estimates.front().protocol, "LL");
  EXPECT_EQ(done.result.estimates.front().time, done.result.time);
  EXPECT_EQ(done.result.messages, 0);
  EXPECT_EQ(network_name(set.points.front()), "nccl");
  EXPECT_EQ(set.points.front().model->way(set.points.front().run), "ring LL x12");
  EXPECT_THAT(done.result.warnings,
              ElementsAre(HasSubstr("NCCL 2.30 chooses, not simulated and not fitted: 1 server of "
                                    "8 ampere GPUs, 240 GB/s of NVLinks")));
  EXPECT_GT(settled(set.points[1]).result.messages, 0);
}

TEST(NcclScenario, SweepsItsOwnSectionForItselfAlone) {
  const ScenarioSet set = read(with(kTwoH100, "nccl: {version: [2.18, 2.22, 2.30]}\n",
                                    "kind: all_reduce, algorithm: [nccl, ring], size: 64 MiB"));
  ASSERT_EQ(set.points.size(), 4U);
  EXPECT_NE(settled(set.points[0]).result.time, settled(set.points[2]).result.time);
}

TEST(NcclScenario, IsACandidateOfACrossoverForEachSetting) {
  const ScenarioSet set =
      read(with(kTwoH100, "nccl: {version: [2.18, 2.30]}\n",
                "kind: all_reduce, algorithm: [nccl, ring], size: [1 KiB, 1 MiB]"));
  CrossoverMap map(set);
  EXPECT_EQ(map.axis(), "");
  for (const ScenarioPoint& point : set.points) map.add(point, settled(point).result.time);
  ASSERT_EQ(map.columns().size(), 1U);
  const auto& candidates = map.columns().front().cells.at(1_KiB).candidates;
  ASSERT_EQ(candidates.size(), 3U);
  EXPECT_EQ(std::ranges::count(candidates, "nccl version=2.18", &CrossoverCandidate::name), 1);
}

TEST(NcclScenario, TakesARootWhereThereIsOne) {
  const std::string broadcast = "kind: broadcast, algorithm: nccl, size: 1 MiB, root: ";
  EXPECT_EQ(refusal(with(kTwoH100, "", broadcast + "3")), "accepted");
  EXPECT_THAT(refusal(with(kTwoH100, "", broadcast + "16")), HasSubstr("no rank 16"));
}

TEST(NcclScenario, IsValidatedLikeAnyOther) {
  const auto log = support::measurements("size_bytes,time_us\n1024,30\n1048576,60\n",
                                         {.collective = "all_reduce", .ranks = 16});
  const auto validations = validate_scenario(read(with(kTwoH100)), log.runs.front());
  ASSERT_EQ(validations.size(), 1U);
  EXPECT_THAT(validations.front().predictor, HasSubstr("nccl"));
  EXPECT_LT(validations.front().rows.front().error(), 0);
}

TEST(NcclTime, IsRoundedUpOnce) {
  EXPECT_EQ(nccl_time(15), 15_usec);
  EXPECT_EQ(nccl_time(15.0000001), 15000001_psec);
  EXPECT_ANY_THROW(nccl_time(1e30));
}

}  // namespace
}  // namespace commsim::nccl_scenario_test
