#include "topology/import/nccl_rates.hpp"

#include <array>
#include <charconv>

namespace commsim {
namespace {

// A generation of PCIe: millions of transfers per second and lane, and payload bits of coded bits.
struct Generation {
  double transfers;  // GT/s
  std::int64_t mega_transfers;
  std::int64_t payload;
  std::int64_t coded;
};

constexpr std::array kGenerations = {
    Generation{2.5, 2'500, 8, 10},    Generation{5, 5'000, 8, 10},
    Generation{8, 8'000, 128, 130},   Generation{16, 16'000, 128, 130},
    Generation{32, 32'000, 128, 130}, Generation{64, 64'000, 236, 256},
};

}  // namespace

std::optional<Bandwidth> pcie_rate(std::string_view speed, int lanes) {
  double transfers = 0;
  const auto [rest, error] = std::from_chars(speed.begin(), speed.end(), transfers);
  const std::string_view unit(rest, static_cast<std::size_t>(speed.end() - rest));
  if (error != std::errc{} || !unit.starts_with(" GT/s")) return std::nullopt;
  for (const Generation& generation : kGenerations) {
    if (generation.transfers != transfers) continue;
    return Bandwidth::bits_per_second(generation.mega_transfers * 1'000'000 * lanes *
                                      generation.payload / generation.coded);
  }
  return std::nullopt;
}

std::optional<Bandwidth> nvlink_rate(std::int64_t compute_capability) {
  if (compute_capability >= 60 && compute_capability < 70) return 20_GBps;
  if (compute_capability == 86) return Bandwidth::bits_per_second(112'500'000'000);
  if (compute_capability >= 70 && compute_capability < 100) return 25_GBps;
  if (compute_capability >= 100 && compute_capability < 110) return 50_GBps;
  return std::nullopt;
}

std::optional<Bandwidth> socket_rate(const CpuName& cpu) {
  if (cpu.arch == "ppc64") return 32_GBps;
  if (cpu.arch == "arm64") return 6_GBps;
  if (cpu.arch != "x86_64") return std::nullopt;
  if (cpu.vendor == "AuthenticAMD") return 16_GBps;
  if (cpu.vendor != "GenuineIntel") return std::nullopt;
  if (cpu.family != 6) return 6_GBps;
  // Emerald Rapids; Granite Rapids and Sierra Forest are newer and have lower numbers.
  if (cpu.model >= 0xCF || (cpu.model >= 0xAD && cpu.model <= 0xAF)) return 40_GBps;
  if (cpu.model >= 0x8F) return 22_GBps;  // Sapphire Rapids
  if (cpu.model >= 0x55) return 10_GBps;  // Skylake
  return 6_GBps;                          // Broadwell and older
}

}  // namespace commsim
