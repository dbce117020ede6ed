// Rows of switches above one another, and how wide the cables between them are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "topology/fabric_plan.hpp"
#include "topology/fabrics/fabric_keys.hpp"

namespace commsim {

/// Switches of one row, each with the bits per second that its cables from below carry.
class Tier {
 public:
  void add_switch(TopologyBuilder& builder, std::string name);
  /// REQUIRES: at is less than size().
  void plug_in(TopologyBuilder& builder, std::size_t at, const FabricPort& port);

  /// How a switch is joined to the tier above it.
  struct Uplinks {
    std::int64_t cables = 1;  ///< of each switch
    Oversubscription oversubscription;
    Duration latency{0};
    std::string_view medium;
    std::string_view keys;  ///< for errors: what to change
  };
  /// One of the cables that carry, together, what comes from below divided by the oversubscription,
  /// rounded down to whole bits per second, because a fabric may never carry more than was bought.
  /// A switch with nothing below gets no cable. Throws RequestError if the cable would have less
  /// than one bit per second or more than 2^63.
  void join(TopologyBuilder& builder, std::size_t at, Tier& above, std::size_t above_at,
            const Uplinks& uplinks) const;

  [[nodiscard]] std::size_t size() const { return switches_.size(); }

 private:
  std::vector<DeviceId> switches_;
  std::vector<Int128> below_;
};

}  // namespace commsim
