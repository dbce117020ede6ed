// Published tables, each predicted by what was fitted without it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "calibrate/validation.hpp"

namespace commsim::measured {

/// One table.
struct HeldOut {
  std::string name;
  std::string group;                ///< tables of one group are pooled
  std::vector<ValidationRow> rows;  ///< ours
  std::vector<ValidationRow> nccl;  ///< NCCL's own model, nothing fitted; empty if it has none
};

/// Every other size from the others, and the others from it, of collectives with 20 sizes or more
/// and no complaint (group "collectives"), and of messages between two ("point to point").
std::vector<HeldOut> held_out_sizes(const std::filesystem::path& measurements);

/// Eight GPUs of one server from two and four of it; the group is collective and GPU.
std::vector<HeldOut> held_out_ranks(const std::filesystem::path& measurements);

/// Clusters of several servers by the shipped physics of their generation, which has seen one
/// server and one other cluster, of B200 none; the group is the network.
/// tests/measured/multi_server_tables.csv lists them.
std::vector<HeldOut> held_out_servers(const std::filesystem::path& measurements);

/// The rows of the tables of a group; of all if it is empty.
std::vector<ValidationRow> pooled(const std::vector<HeldOut>& tables, std::string_view group = "");

}  // namespace commsim::measured
