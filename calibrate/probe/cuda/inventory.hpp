// What the CUDA runtime finds on this machine.
#pragma once

#include <string>

#include "calibrate/probe/host/device.hpp"

namespace commsim::probe {

/// Throws std::runtime_error if there is no GPU.
Inventory take_inventory();

/// What was there when the program was built; needs no GPU.
Inventory built_with();

/// The PCI address of a GPU.
std::string pci_bus_id(int gpu);

}  // namespace commsim::probe
