// GPUs as the cells of a grid, joined to their neighbours: lines, rings, meshes, tori, hypercubes.
#pragma once

#include <cstdint>
#include <vector>

#include "core/config_reader.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// The required list `sides`, which is no sweep: the number of GPUs along each dimension, from 1
/// to TopologyBuilder::kMostRanks in all. What is wrong is reported, and nothing returned.
std::optional<std::vector<std::int32_t>> read_sides(ConfigReader& section);

/// GPU i stands at the cell that Grid gives it and has a cable to the next cell along each
/// dimension; if the grid wraps, the last cell of a row has one to the first. Two cells are
/// neighbours once, so a side of 2 has one cable whether it wraps or not. Throws RequestError for
/// what is too large. REQUIRES: sides of 1 or more, kMostRanks cells at most.
Topology build_grid(Grid grid, LinkSpec cable);

}  // namespace commsim
