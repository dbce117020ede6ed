// Sizes as people write them, and the ladder of sizes between two of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace commsim::probe {

/// "8", "64K", "1M", "8G": bytes, by powers of 1024 as nccl-tests counts them; "KiB" and so on will
/// do. Throws std::invalid_argument for anything else, zero, or more than 1 TiB.
std::uint64_t parse_size(const std::string& text);

/// least, twice that, and so on, up to most. REQUIRES: 0 < least.
std::vector<std::uint64_t> size_ladder(std::uint64_t least, std::uint64_t most);

}  // namespace commsim::probe
