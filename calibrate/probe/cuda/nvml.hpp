// Clocks and the driver's version from NVML, which is part of the driver and looked for at run
// time.
#pragma once

#include <string>

#include "calibrate/probe/host/device.hpp"

namespace commsim::probe {

/// Of the GPU at this PCI address ("0000:3b:00.0"); zeros if NVML is not there or does not say.
Clocks nvml_clocks(const std::string& pci_bus_id);

/// "580.159.04"; empty if NVML is not there.
std::string nvml_driver();

}  // namespace commsim::probe
