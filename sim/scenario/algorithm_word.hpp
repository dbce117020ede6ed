// What `algorithm:` takes besides the name of an algorithm.
#pragma once

#include <string_view>

#include "core/registry.hpp"

namespace commsim {

/// For `commsim list`; CollectiveSection knows what each means.
struct AlgorithmWord {
  std::string_view name;
  std::string_view summary;
  std::string_view reference;
};

inline constexpr std::string_view kAuto = "auto";
inline constexpr std::string_view kAll = "all";
inline constexpr std::string_view kProfile = "profile";
inline constexpr std::string_view kNccl = "nccl";
inline constexpr std::string_view kPhysics = "physics";

}  // namespace commsim
