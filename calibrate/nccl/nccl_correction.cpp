#include <bit>

#include "calibrate/nccl/nccl_constants.hpp"

namespace commsim {
namespace nccl_correction_table {
namespace {

// From 64 bytes on, a value for each doubling.
constexpr std::size_t kSizes = 24;
using Shares = std::array<double, kSizes>;

constexpr std::array<Shares, kNcclProtocols.size()> kShares{{
    {1, 1, 1, 1, .9, .8, .7, .7, .7, .7, .6, .5, .4, .4, .5, .6, .7, .8, .9, 1, 1, 1, 1, 1},
    {1, 1, 1, 1, 1, .9, .8, .8, .8, .7, .6, .6, .6, .6, .6, .6, .8, .9, .9, .9, .9, 1, 1, 1},
    {.9, .9, .9, .9, .9, .9, .9, .8, .7, .6, .6, .5,
     .5, .5, .5, .6, .7, .8, .7, .7, .8, .9, .9, .9},
}};

constexpr NcclVersion kFirstForNvlsTree{29};

// How many of the sizes are corrected.
std::size_t sizes_of(const NcclSystem& system, NcclAlgorithm algorithm) {
  if (algorithm == NcclAlgorithm::kTree) return kSizes - 1;
  const bool x86 = system.cpu != CpuMaker::kOther;
  const bool corrected = algorithm == NcclAlgorithm::kNvlsTree && x86 &&
                         system.version >= kFirstForNvlsTree &&
                         system.generation == GpuGeneration::kBlackwell;
  return corrected ? kSizes : 0;
}

}  // namespace
}  // namespace nccl_correction_table

double nccl_correction(const NcclSystem& system, NcclCollective collective, NcclAlgorithm algorithm,
                       NcclProtocol protocol, Bytes size) {
  constexpr std::int64_t kFirstSize = 64;
  if (collective != NcclCollective::kAllReduce) return 1;
  const auto multiple = static_cast<std::uint64_t>(size.count() / kFirstSize);
  const std::size_t doubling =
      multiple == 0 ? 0 : static_cast<std::size_t>(std::bit_width(multiple)) - 1;
  if (doubling >= nccl_correction_table::sizes_of(system, algorithm)) return 1;
  return nccl_correction_table::kShares[static_cast<std::size_t>(protocol)][doubling];
}

}  // namespace commsim
