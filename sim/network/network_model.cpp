#include "sim/network/network_model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace commsim {
namespace {

template <typename Entry, typename Legal>
std::vector<std::string_view> names_of(Legal legal) {
  std::vector<std::string_view> names;
  for (const Entry* entry : Registry<Entry>::entries()) {
    if (legal(*entry)) names.push_back(entry->name);
  }
  return names;
}

}  // namespace

void refuse_spread_routes(const NetworkModel& model, const RoutingPolicy& policy,
                          std::int64_t connections) {
  const bool several = policy.connects && connections > 1;
  if (model.spreads || !(policy.spreads || several)) return;
  const auto models = names_of<NetworkModel>([](const NetworkModel& m) { return m.spreads; });
  const auto policies = names_of<RoutingPolicy>([](const RoutingPolicy& p) { return !p.spreads; });
  throw RequestError(fmt::format(
      "routing '{}'{} splits messages, which the network model '{}' cannot; legal: the models {}, "
      "or the routing policies {}{}",
      policy.name, several ? " with several connections" : "", model.name, fmt::join(models, ", "),
      fmt::join(policies, ", "), several ? " with one connection" : ""));
}

}  // namespace commsim
