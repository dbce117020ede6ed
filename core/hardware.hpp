// Words for parts of servers that several layers speak of.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace commsim {

/// Of NVIDIA's GPUs, as NCCL tells them apart: compute capability from 7.0, 8.0, 9.0 and 10.0.
enum class GpuGeneration : std::uint8_t { kVolta, kAmpere, kHopper, kBlackwell };

enum class CpuMaker : std::uint8_t { kIntel, kAmd, kOther };

/// "volta", "ampere", "hopper", "blackwell"; "intel", "amd", "other".
std::string_view to_text(GpuGeneration generation);
std::string_view to_text(CpuMaker maker);

/// All of them, by number.
const std::vector<std::string_view>& gpu_generations();
const std::vector<std::string_view>& cpu_makers();

}  // namespace commsim
