// One entry for each collective that MSCCL has a name for.
#include "collectives/msccl/import.hpp"

namespace commsim::msccl::algorithms {
namespace {

Algorithm entry(std::string_view name, std::vector<std::string_view> parameters) {
  return {.name = name,
          .summary = "what the MSCCL XML file of `schedule` says",
          .reference = "Cowan et al., MSCCLang, ASPLOS 2023; microsoft/msccl",
          .cost = "as the schedule is",
          .parameters = std::move(parameters),
          .make = import};
}

const Registration<Algorithm> kAllReduce{entry("all_reduce/msccl", {"schedule", "chunk"})};
const Registration<Algorithm> kAllGather{entry("all_gather/msccl", {"schedule", "chunk"})};
const Registration<Algorithm> kReduceScatter{entry("reduce_scatter/msccl", {"schedule", "chunk"})};
const Registration<Algorithm> kAllToAll{entry("all_to_all/msccl", {"schedule", "chunk"})};
const Registration<Algorithm> kBroadcast{entry("broadcast/msccl", {"schedule", "chunk", "root"})};
const Registration<Algorithm> kReduce{entry("reduce/msccl", {"schedule", "chunk", "root"})};
const Registration<Algorithm> kGather{entry("gather/msccl", {"schedule", "chunk", "root"})};
const Registration<Algorithm> kScatter{entry("scatter/msccl", {"schedule", "chunk", "root"})};

}  // namespace
}  // namespace commsim::msccl::algorithms
