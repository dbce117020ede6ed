// What NCCL calls its algorithms, protocols and collectives, and which versions are known.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace commsim {

enum class NcclAlgorithm : std::uint8_t {
  kTree,
  kRing,
  kCollNetDirect,
  kCollNetChain,
  kNvls,
  kNvlsTree,
  kPat
};
inline constexpr std::array kNcclAlgorithms{
    NcclAlgorithm::kTree,         NcclAlgorithm::kRing, NcclAlgorithm::kCollNetDirect,
    NcclAlgorithm::kCollNetChain, NcclAlgorithm::kNvls, NcclAlgorithm::kNvlsTree,
    NcclAlgorithm::kPat};

/// LL sends 4 bytes of data with each 4 of a flag, LL128 120 of data in 128, Simple whole chunks.
enum class NcclProtocol : std::uint8_t { kLl, kLl128, kSimple };
inline constexpr std::array kNcclProtocols{NcclProtocol::kLl, NcclProtocol::kLl128,
                                           NcclProtocol::kSimple};

/// Those that NCCL's model knows; all_to_all and other sends have none.
enum class NcclCollective : std::uint8_t {
  kAllReduce,
  kAllGather,
  kReduceScatter,
  kBroadcast,
  kReduce
};

/// "ring", "nvls_tree", "collnet_direct"; "LL", "LL128", "Simple": as NCCL_ALGO and NCCL_PROTO
/// take them, whatever the case.
std::string_view to_text(NcclAlgorithm algorithm);
std::string_view to_text(NcclProtocol protocol);

/// By commsim's name of the collective. Throws RequestError for those without a model.
NcclCollective nccl_collective(std::string_view collective);
/// Whether data is summed, so that the type of the elements matters.
bool reduces(NcclCollective collective);

/// 2.minor; patches are not told apart.
struct NcclVersion {
  int minor = 30;
  friend auto operator<=>(NcclVersion, NcclVersion) = default;
};
inline constexpr NcclVersion kOldestNccl{18};
inline constexpr NcclVersion kNewestNccl{30};

/// "2.30", also with a patch: "2.27.3". Throws RequestError for what is none of those known.
NcclVersion nccl_version(std::string_view text);
std::string to_text(NcclVersion version);

}  // namespace commsim
