// What a simulation advises, as the configuration of NCCL's example tuner plugin.
#pragma once

#include <optional>
#include <ostream>
#include <string_view>

#include "sim/report/crossover_map.hpp"

namespace commsim {

/// What NCCL calls an algorithm of ours for that collective, on so many servers; nothing for those
/// that NCCL has not.
///   all_reduce                  ring: ring, double_binary_tree: tree, sharp: collnet_direct (both
///                               reduce-scatter in servers, then use the switches on each rail),
///                               nvls: nvls on one server, else nvls_tree
///   all_gather, reduce_scatter  ring: ring, pat: pat, nvls: nvls
///   broadcast, reduce           chain: ring (NCCL's ring is a pipelined chain there)
/// Source: NVIDIA/nccl, src/graph/tuning.cc (which algorithms a collective has).
std::optional<std::string_view> nccl_algorithm(CollectiveKind collective,
                                               std::string_view algorithm, std::size_t servers);

/// Leaves only the points of algorithms that NCCL has. Throws RequestError if none is left, or for
/// a collective that the plugin does not know.
void keep_what_nccl_has(ScenarioSet& set);

/// A line for each range of each column: collective_type,min_bytes,max_bytes,algorithm,protocol,
/// channels,nNodes,nRanks,numPipeOps,regBuff. The protocol is `simple`, for no other is modelled,
/// channels, numPipeOps and regBuff are -1 (NCCL's choice; any). Sizes outside the sweep have no
/// line, so that NCCL chooses there. Throws RequestError if two columns are the same to NCCL.
/// Source: NVIDIA/nccl, plugins/tuner/example (plugin.c reads it, README.md).
void write_nccl_tuner(std::ostream& out, const std::string& scenario, const CrossoverMap& map);

/// What write_nccl_tuner would throw, before anything is simulated.
void refuse_columns_that_nccl_confuses(const CrossoverMap& map);

}  // namespace commsim
