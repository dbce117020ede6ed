#include "calibrate/nccl/nccl_names.hpp"

#include <fmt/format.h>

#include <charconv>

#include "core/error.hpp"

namespace commsim {
namespace nccl_names {
namespace {

struct CollectiveName {
  std::string_view name;
  NcclCollective collective;
};

constexpr std::array kCollectives{
    CollectiveName{"all_reduce", NcclCollective::kAllReduce},
    CollectiveName{"all_gather", NcclCollective::kAllGather},
    CollectiveName{"reduce_scatter", NcclCollective::kReduceScatter},
    CollectiveName{"broadcast", NcclCollective::kBroadcast},
    CollectiveName{"reduce", NcclCollective::kReduce},
};

// The second number of "2.27.3"; -1 if the text is no version.
int minor_of(std::string_view text) {
  constexpr std::string_view kMajor = "2.";
  if (!text.starts_with(kMajor)) return -1;
  int minor = -1;
  const auto [rest, error] = std::from_chars(text.begin() + kMajor.size(), text.end(), minor);
  if (error != std::errc{} || minor < 0) return -1;
  if (rest == text.end()) return minor;
  int patch = -1;
  if (*rest != '.') return -1;
  const auto [end, wrong] = std::from_chars(rest + 1, text.end(), patch);
  return wrong == std::errc{} && end == text.end() && patch >= 0 ? minor : -1;
}

}  // namespace
}  // namespace nccl_names

std::string_view to_text(NcclAlgorithm algorithm) {
  constexpr std::array<std::string_view, kNcclAlgorithms.size()> kNames{
      "tree", "ring", "collnet_direct", "collnet_chain", "nvls", "nvls_tree", "pat"};
  return kNames[static_cast<std::size_t>(algorithm)];
}

std::string_view to_text(NcclProtocol protocol) {
  constexpr std::array<std::string_view, kNcclProtocols.size()> kNames{"LL", "LL128", "Simple"};
  return kNames[static_cast<std::size_t>(protocol)];
}

NcclCollective nccl_collective(std::string_view collective) {
  for (const auto& [name, known] : nccl_names::kCollectives) {
    if (name == collective) return known;
  }
  throw RequestError(
      fmt::format("NCCL has no model of {}, as it chooses nothing there; legal: all_reduce, "
                  "all_gather, reduce_scatter, broadcast, reduce",
                  collective));
}

bool reduces(NcclCollective collective) {
  return collective == NcclCollective::kAllReduce || collective == NcclCollective::kReduceScatter ||
         collective == NcclCollective::kReduce;
}

NcclVersion nccl_version(std::string_view text) {
  const NcclVersion version{nccl_names::minor_of(text)};
  if (version >= kOldestNccl && version <= kNewestNccl) return version;
  throw RequestError(fmt::format("the model of NCCL '{}' is not known; legal: {} to {}", text,
                                 to_text(kOldestNccl), to_text(kNewestNccl)));
}

std::string to_text(NcclVersion version) { return fmt::format("2.{}", version.minor); }

}  // namespace commsim
