// The `placement:` section of a scenario: which rank runs on which GPU.
#pragma once

#include "core/config_reader.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// Places the ranks as the section of `root` says; without one, rank i runs on GPU i. A word stands
/// for a map with only `order`.
///   order  packed       server after server, as the GPUs were added (the default)
///          round_robin  one from each server in turn
///          random       shuffled by `seed` (1)
///   gpus   the GPUs by name, in the order of ranks, instead of an order
///   ranks  how many of them run a rank; all, unless it says less
/// Returns false after reporting what is wrong, and then leaves the topology as it was.
bool place_ranks(ConfigReader& root, Topology& topology);

}  // namespace commsim
