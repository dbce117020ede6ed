#include "calibrate/probe/cuda/nvml.hpp"

#include <dlfcn.h>

#include <array>
#include <string>

namespace commsim::probe {
namespace {

// nvml.h is not part of every toolkit; these are its functions that have not changed since NVML 5.
using NvmlDevice = void*;
constexpr int kSuccess = 0;
constexpr int kMultiprocessorClock = 1;
constexpr int kMemoryClock = 2;

class Nvml {
 public:
  Nvml() : library_(dlopen("libnvidia-ml.so.1", RTLD_NOW)) {
    if (library_ == nullptr) return;
    const auto init = function<int()>("nvmlInit_v2");
    ready_ = init != nullptr && init() == kSuccess;
  }
  Nvml(const Nvml&) = delete;
  Nvml& operator=(const Nvml&) = delete;
  // The library stays loaded: other parts of the process may use it.
  ~Nvml() = default;

  [[nodiscard]] std::string driver() const {
    std::array<char, 96> text{};
    const auto version = function<int(char*, unsigned)>("nvmlSystemGetDriverVersion");
    if (!ready_ || version == nullptr) return "";
    return version(text.data(), text.size()) == kSuccess ? text.data() : "";
  }

  [[nodiscard]] Clocks clocks(const std::string& pci_bus_id) const {
    NvmlDevice device = nullptr;
    const auto find = function<int(const char*, NvmlDevice*)>("nvmlDeviceGetHandleByPciBusId_v2");
    if (!ready_ || find == nullptr || find(pci_bus_id.c_str(), &device) != kSuccess) return {};
    return {clock(device, kMultiprocessorClock), clock(device, kMemoryClock)};
  }

 private:
  template <typename Signature>
  [[nodiscard]] Signature* function(const char* name) const {
    if (library_ == nullptr) return nullptr;
    return reinterpret_cast<Signature*>(dlsym(library_, name));
  }

  [[nodiscard]] unsigned clock(NvmlDevice device, int kind) const {
    unsigned value = 0;
    const auto read = function<int(NvmlDevice, int, unsigned*)>("nvmlDeviceGetClockInfo");
    return read != nullptr && read(device, kind, &value) == kSuccess ? value : 0;
  }

  void* library_;
  bool ready_ = false;
};

const Nvml& nvml() {
  static const Nvml instance;
  return instance;
}

}  // namespace

Clocks nvml_clocks(const std::string& pci_bus_id) { return nvml().clocks(pci_bus_id); }

std::string nvml_driver() { return nvml().driver(); }

}  // namespace commsim::probe
