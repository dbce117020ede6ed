#include "calibrate/nccl/nccl_constants.hpp"

#include <algorithm>

namespace commsim {
namespace nccl_constants_by_version {
namespace {

using A = NcclAlgorithm;

constexpr std::size_t kSimple = static_cast<std::size_t>(NcclProtocol::kSimple);
constexpr std::size_t kAmpere = static_cast<std::size_t>(GpuGeneration::kAmpere);
constexpr std::size_t kHopper = static_cast<std::size_t>(GpuGeneration::kHopper);
constexpr std::size_t kBlackwell = static_cast<std::size_t>(GpuGeneration::kBlackwell);

double& simple(NcclByAlgorithm& table, A algorithm) {
  return table[static_cast<std::size_t>(algorithm)][kSimple];
}

// In the order of NcclAlgorithm: tree, ring, CollNet direct and chain, NVLS, NVLS tree, PAT.
NcclConstants of_2_30() {
  return {
      .base = {{{6.8, 14, 8.4}, {6.6, 14, 8.4}, {}, {}, {}, {}, {8, 8, 8}}},
      .nvlink = {{{.6, 1.25, 4},
                  {.6, 1.9, 3.4},
                  {0, 0, 3.7},
                  {0, 0, 2.8},
                  {0, 0, 25},
                  {0, 0, 25},
                  {0, 0, 4}}},
      .pcie = {{{1, 1.9, 4}, {1, 2.5, 5.7}, {0, 0, 3.7}, {0, 0, 2.8}, {}, {}, {0, 0, 4}}},
      .network = {{{5, 8.5, 14},
                   {2.7, 4, 14},
                   {0, 0, 31},
                   {0, 0, 30},
                   {0, 0, 18},
                   {0, 0, 20.9},
                   {0, 0, 14}}},
      .ll = {{{39, 39, 20.4}, {87.7, 22.5, 19}, {141, 45, 35}, {282, 90, 70}}},
      .ring_ll128 = {{{20, 20, 20}, {20, 20, 20}, {36.7, 36.7, 36.7}, {40, 40, 40}}},
      .tree_ll128 = {{{20, 20, 20}, {20, 20, 20}, {36.7, 36.7, 29}, {55.6, 31.67, 20}}},
      .tree = {{{26.5, 18.5, 10}, {24, 23.6, 17.8}, {38.7, 41.4, 36}, {70, 42.8, 24}}},
      .nvls_tree = {{{26.5, 18.5, 10}, {24, 23.6, 17.8}, {0, 57.7, 45.5}, {0, 96, 80}}},
      .nvls_efficiency = {0, 0, .85, .74},
  };
}

// The tables of Blackwell took three versions to settle.
void before_2_29(NcclConstants& constants) {
  constants.ring_ll128[kBlackwell] = {73.4, 34.6, 73.4};
  constants.nvls_tree[kBlackwell] = {0, 96, 43.8};
}

void before_2_28(NcclConstants& constants) {
  constants.ring_ll128[kBlackwell] = {73.4, 73.4, 73.4};
  constants.tree_ll128[kBlackwell] = {73.4, 73.4, 58};
  constants.tree[kBlackwell] = {77.4, 82.8, 72};
  simple(constants.network, A::kNvlsTree) = 14;
}

void before_2_23(NcclConstants& constants) {
  simple(constants.base, A::kTree) = 0;
  for (auto* table : {&constants.nvlink, &constants.pcie, &constants.network}) {
    simple(*table, A::kTree) = 28;
  }
}

void before_2_21(NcclConstants& constants) {
  simple(constants.nvlink, A::kNvls) = 23;
  simple(constants.nvlink, A::kNvlsTree) = 23;
  constants.ll[kHopper] = constants.ll[kAmpere];
}

void before_2_19(NcclConstants& constants) {
  const auto direct = static_cast<std::size_t>(A::kCollNetDirect);
  const auto chain = static_cast<std::size_t>(A::kCollNetChain);
  constants.base[direct] = constants.base[chain] = {6.8, 14, 0};
  simple(constants.nvlink, A::kCollNetDirect) = 8;
  simple(constants.nvlink, A::kCollNetChain) = 4.75;
  simple(constants.pcie, A::kCollNetDirect) = simple(constants.pcie, A::kCollNetChain) = 8;
  simple(constants.network, A::kCollNetDirect) = 10.7;
  simple(constants.network, A::kCollNetChain) = 14;
  // The time of NVLS stood with the call, not with the step.
  for (const A algorithm : {A::kNvls, A::kNvlsTree}) {
    simple(constants.base, algorithm) = 23;
    simple(constants.nvlink, algorithm) = 0;
  }
  simple(constants.network, A::kNvlsTree) = 19;
  simple(constants.nvlink, A::kTree) = 4;
  simple(constants.pcie, A::kTree) = 6;
  simple(constants.network, A::kTree) = 14;
}

struct Step {
  int first_without;  // the minor version from which on the change is gone
  void (*apply)(NcclConstants& constants);
};

// From the newest on, each on top of those before it.
constexpr std::array kHistory{Step{29, before_2_29}, Step{28, before_2_28}, Step{23, before_2_23},
                              Step{21, before_2_21}, Step{19, before_2_19}};

}  // namespace
}  // namespace nccl_constants_by_version

NcclConstants nccl_constants(NcclVersion version) {
  NcclConstants constants = nccl_constants_by_version::of_2_30();
  for (const auto& [first_without, apply] : nccl_constants_by_version::kHistory) {
    if (version.minor < first_without) apply(constants);
  }
  return constants;
}

double at(const NcclByGeneration& table, const NcclSystem& system) {
  const auto servers = static_cast<std::size_t>(std::min(system.servers, 3)) - 1;
  return table[static_cast<std::size_t>(system.generation)][servers];
}

double ll_cap(const NcclConstants& constants, const NcclSystem& system) {
  if (system.servers == 1) return at(constants.ll, system);
  NcclSystem by_cpu = system;
  by_cpu.generation = system.cpu == CpuMaker::kAmd ? GpuGeneration::kAmpere : GpuGeneration::kVolta;
  return at(constants.ll, by_cpu);
}

}  // namespace commsim
