#include "core/hardware.hpp"

#include "core/index.hpp"

namespace commsim {

const std::vector<std::string_view>& gpu_generations() {
  static const std::vector<std::string_view> kNames{"volta", "ampere", "hopper", "blackwell"};
  return kNames;
}

const std::vector<std::string_view>& cpu_makers() {
  static const std::vector<std::string_view> kNames{"intel", "amd", "other"};
  return kNames;
}

std::string_view to_text(GpuGeneration generation) {
  return gpu_generations()[index(static_cast<int>(generation))];
}

std::string_view to_text(CpuMaker maker) { return cpu_makers()[index(static_cast<int>(maker))]; }

}  // namespace commsim
