// What ibnetdiscover says about an InfiniBand fabric.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/text_file.hpp"
#include "core/units.hpp"

namespace commsim {

struct IbFabric {
  struct Node {
    bool is_switch = false;
    std::string id;           ///< "S-0002c903..." or "H-..."
    std::string description;  ///< what stands in quotes after #: the host and its adapter
    std::size_t offset = 0;   ///< of its line in the file
  };
  /// Joins node a and node b; the file lists it at both.
  struct Cable {
    std::size_t a = 0;
    std::size_t b = 0;
    Bandwidth bandwidth;
  };

  std::vector<Node> nodes;
  std::vector<Cable> cables;
};

/// Reads the output of ibnetdiscover. Throws ConfigError at the place of what is wrong, which
/// includes ports of which the two ends disagree, and routers.
IbFabric read_ib_fabric(const TextFile& file);

/// The data rate of "4xHDR" and the like, one way: lanes times SDR 2, DDR 4, QDR 8 (2.5, 5 and 10
/// Gb/s in 8b/10b), FDR10 10, FDR 13.64, EDR 25 (10.3125, 14.0625 and 25.78125 Gb/s in 64b/66b),
/// HDR 50, NDR 100, XDR 200 Gb/s (as the roadmap of the InfiniBand Trade Association states them).
/// Throws RequestError with the legal names.
Bandwidth ib_rate(std::string_view text);

}  // namespace commsim
