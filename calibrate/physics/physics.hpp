// What a collective library adds to bare links: how long it takes to start, and how much latency
// each protocol puts on a link and how much of its bandwidth it uses. These carry over to other
// sizes, ranks and topologies, where fitted tables of times do not.
#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace commsim {

/// One parameter. Always more than zero, unless it is fixed.
struct Estimate {
  double value = 0;
  double least = 0;  ///< 95 % interval; the same as value if it is fixed
  double most = 0;
  /// How far the data, rather than the prior, determine it: 1 - (posterior / prior variance) of its
  /// logarithm. 0: the data say nothing.
  double determined = 0;
  bool fixed = false;  ///< given, not fitted
  double ceiling = std::numeric_limits<double>::infinity();
  /// How sure the prior is: the spread of the logarithm around it.
  double spread = 0.25;

  static Estimate given(double value) {
    return {.value = value, .least = value, .most = value, .fixed = true};
  }
  static Estimate prior(double value) { return {.value = value, .least = value, .most = value}; }
};

/// Links of one medium ("nvlink", "network") under one protocol.
struct LinkPhysics {
  std::string medium;
  Estimate latency;     ///< of one link, in seconds
  Estimate efficiency;  ///< share of the link's bandwidth that data get
  /// The latency, in seconds, that the topology of the fit gives its links: one that is slower by d
  /// takes d more.
  double reference = 0;
};

/// One way in which the library moves data: NCCL's LL, LL128 and Simple, or the switches' sums.
struct ProtocolPhysics {
  std::string name;
  bool in_switch = false;  ///< switches add and multicast (NVLS); else ranks pass data on
  Estimate start;          ///< seconds, besides Physics::launch
  /// Bytes of the whole vector that are in one stage of a pipeline (of trees, chains or switches)
  /// at a time. Where switches add, pieces are smaller, so that there is one more for each stage.
  Estimate piece;
  std::vector<LinkPhysics> links;
  /// The protocol whose links stand for the media that are not listed here; empty: those media stay
  /// as the topology has them.
  std::string like = {};
};

struct Physics {
  Estimate launch;  ///< seconds, once a collective
  /// Bytes a second at which a rank of a ring copies the shard that it completed to its result.
  Estimate copy;
  /// What trees get of a protocol's bandwidth: the thread block of a channel serves the way up and
  /// the way down.
  Estimate tree;
  std::vector<ProtocolPhysics> protocols;

  /// The links of a medium under a protocol, by itself or by `like`; nullptr if nobody says.
  [[nodiscard]] const LinkPhysics* links(std::size_t protocol, std::string_view medium) const;
  /// Whether times of a protocol depend on parameters of another.
  [[nodiscard]] bool depends(std::size_t protocol, std::size_t other) const;
  /// A name and the place of every parameter: "launch", "LL.nvlink.latency", in a fixed order.
  [[nodiscard]] std::vector<std::pair<std::string, Estimate*>> parameters();
  [[nodiscard]] std::vector<std::pair<std::string, const Estimate*>> parameters() const;
};

/// Where a fit starts and what it falls back on where data are silent: the constants of NCCL's own
/// cost model (NVIDIA/nccl v2.30.7, src/graph/tuning.cc and src/graph/topo.h), written for links
/// of the GPU's full NVLink bandwidth, of which NCCL counts four fifths.
Physics nccl_prior();

}  // namespace commsim
