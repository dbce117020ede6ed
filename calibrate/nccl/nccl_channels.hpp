// The channels that NCCL's search would find: how many, and how fast each is taken to be.
#pragma once

#include "calibrate/nccl/nccl_system.hpp"

namespace commsim {

/// NCCL searches paths for its channels on the graph of one server, trying a list of speeds for
/// each of them, and keeps what carries most; here the same search is done by counting, which finds
/// the same on servers where all GPUs are equally well joined. Rates in GB/s each way.
struct NcclChannels {
  int count = 0;            ///< 0: the algorithm has no channels here
  double inner = 0;         ///< of a channel within a server
  double outer = 0;         ///< between servers; the same where there is one
  bool plain_tree = false;  ///< one GPU alone sends and receives, which costs a tree 15 %
  bool same_order = false;  ///< whether all rings pass the GPUs in one order
};

/// Source: NCCL v2.30.7, src/graph/search.cc (ncclTopoCompute, ncclTopoDupChannels). REQUIRES: a
/// system that check() accepts.
NcclChannels nccl_channels(const NcclSystem& system, NcclAlgorithm algorithm);

/// As what NCCL runs: thread blocks, two or more for each channel that the search found.
/// Source: src/graph/connect.cc.
int nccl_thread_blocks(const NcclSystem& system);

}  // namespace commsim
