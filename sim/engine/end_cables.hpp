// The cables of participants that have one each to send on and to receive on, and what these have
// carried.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/index.hpp"
#include "sim/engine/message.hpp"
#include "topology/topology.hpp"

namespace commsim {

constexpr LinkId kNoLink = UINT32_MAX;

class EndCables {
 public:
  /// `endpoints` holds the device of each participant. If there are none, nobody has a cable.
  EndCables(const Topology& topology, std::span<const DeviceId> endpoints) {
    out_.reserve(endpoints.size());
    in_.reserve(endpoints.size());
    for (const DeviceId device : endpoints) {
      const auto only = [](std::span<const LinkId> links) {
        return links.size() == 1 ? links.front() : kNoLink;
      };
      out_.push_back(only(topology.out_links(device)));
      in_.push_back(only(topology.in_links(device)));
    }
  }

  /// The link on which a participant sends everything; kNoLink if there are several.
  [[nodiscard]] LinkId out(Rank from) const { return out_.empty() ? kNoLink : out_[index(from)]; }
  /// The link on which it receives everything.
  [[nodiscard]] LinkId in(Rank to) const { return in_.empty() ? kNoLink : in_[index(to)]; }

  /// Notes what the cables at both ends have carried. REQUIRES: there are such cables.
  void count(Rank from, Rank to, Bytes bytes) {
    if (sent_.empty()) {
      sent_.resize(out_.size());
      received_.resize(in_.size());
    }
    sent_[index(from)] += bytes;
    received_[index(to)] += bytes;
  }
  /// Adds what was noted, by link.
  void add_to(std::span<Bytes> bytes) const {
    const auto add = [&](const std::vector<Bytes>& carried, const std::vector<LinkId>& links) {
      for (std::size_t i = 0; i < carried.size(); ++i) {
        if (carried[i] > Bytes{0}) bytes[links[i]] += carried[i];
      }
    };
    add(sent_, out_);
    add(received_, in_);
  }

 private:
  std::vector<LinkId> out_;  // by participant, as the other ones
  std::vector<LinkId> in_;
  std::vector<Bytes> sent_;
  std::vector<Bytes> received_;
};

}  // namespace commsim
