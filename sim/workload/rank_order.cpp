#include "sim/workload/rank_order.hpp"

#include <fmt/format.h>

#include <map>

#include "core/error.hpp"
#include "core/random.hpp"

namespace commsim {
namespace {

using Devices = std::vector<DeviceId>;

Devices dealt(const Topology& topology) {
  std::map<std::int32_t, Devices> servers;
  for (const DeviceId gpu : topology.gpus()) {
    if (topology.device(gpu).server < 0) {
      throw RequestError(fmt::format(
          "round_robin deals ranks to servers, and '{}' is in none; legal here: packed, "
          "random, or a list of 'gpus'",
          topology.device(gpu).name));
    }
    servers[topology.device(gpu).server].push_back(gpu);
  }
  Devices order;
  for (std::size_t i = 0; order.size() < topology.gpus().size(); ++i) {
    for (const auto& [server, gpus] : servers) {
      if (i < gpus.size()) order.push_back(gpus[i]);
    }
  }
  return order;
}

Devices shuffled(Devices order, std::uint64_t seed) {
  Random random(seed);
  for (std::size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1], order[static_cast<std::size_t>(random.below(i))]);
  }
  return order;
}

}  // namespace

const std::vector<std::string>& rank_orders() {
  static const std::vector<std::string> orders{"packed", "round_robin", "random"};
  return orders;
}

std::vector<DeviceId> gpus_in_order(const Topology& topology, std::string_view order,
                                    std::uint64_t seed) {
  if (order == "round_robin") return dealt(topology);
  Devices gpus(topology.gpus().begin(), topology.gpus().end());
  return order == "random" ? shuffled(std::move(gpus), seed) : gpus;
}

}  // namespace commsim
