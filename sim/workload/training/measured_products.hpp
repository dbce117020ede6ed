// Efficiencies of a GPU's matrix products from measured times.
#pragma once

#include "calibrate/product_table.hpp"
#include "sim/workload/training/roofline.hpp"

namespace commsim {

/// A curve for each format of the table that the GPU has, by FLOPs: between measured products
/// efficiency is a power of FLOPs, outside it is that of the nearest. Times that fall as work grows
/// are noise and flattened first, which EfficiencyCurve demands. Throws RequestError where products
/// are faster than the GPU's peak, or none are of a format that it has. O(n^2 log n) at worst.
std::map<NumberFormat, EfficiencyCurve> measured_products(const ProductTable& table,
                                                          const Gpu& gpu);

}  // namespace commsim
