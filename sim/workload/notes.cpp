#include "sim/workload/notes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "collectives/call_options.hpp"

namespace commsim::notes {
namespace {

bool takes(const Algorithm& algorithm, std::string_view parameter) {
  return std::ranges::count(algorithm.parameters, parameter) != 0;
}

// The channels of rings and trees are counted by NICs; those of grids, which have sides, by ways
// round.
bool leaves_nics_idle(const Algorithm& algorithm, const CollectiveCall& call) {
  const bool by_nics = takes(algorithm, "channels") && !takes(algorithm, "sides");
  return by_nics && !call.channels && mixes_links(call.layout) &&
         call.layout.rails > kMostDefaultChannels;
}

bool leaves_hosts_idle(const Algorithm& algorithm, const CollectiveCall& call) {
  return takes(algorithm, "servers") && !call.servers && !call.layout.hosts.empty();
}

}  // namespace
}  // namespace commsim::notes

namespace commsim {

std::vector<std::string> notes_on(const Algorithm& algorithm, const CollectiveCall& call) {
  std::vector<std::string> found;
  if (notes::leaves_nics_idle(algorithm, call)) {
    found.push_back(fmt::format(
        "{} has {} channels by default, which use as many of the {} NICs of a server; channels: {} "
        "uses more",
        algorithm.name, kMostDefaultChannels, call.layout.rails,
        std::min(call.layout.rails, kMostChannels)));
  }
  if (notes::leaves_hosts_idle(algorithm, call)) {
    found.push_back(fmt::format(
        "{}: the ranks serve the parameters and the hosts of the network ({}) are not used; "
        "servers: separate uses them",
        algorithm.name, call.layout.hosts.size()));
  }
  return found;
}

}  // namespace commsim
