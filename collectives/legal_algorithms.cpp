#include "collectives/legal_algorithms.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace commsim {

std::vector<std::string> algorithms_but(CollectiveKind kind, std::string_view self) {
  auto names = algorithm_names(kind);
  names.erase(std::remove(names.begin(), names.end(), self), names.end());
  return names;
}

std::string legal_instead(CollectiveKind kind, std::string_view self) {
  return fmt::format("legal here: {}", fmt::join(algorithms_but(kind, self), ", "));
}

std::vector<std::string> inner_algorithms(std::string_view self) {
  const auto gathers = algorithm_names(CollectiveKind::kAllGather);
  std::vector<std::string> names;
  for (const std::string& name : algorithms_but(CollectiveKind::kReduceScatter, self)) {
    if (std::find(gathers.begin(), gathers.end(), name) != gathers.end()) names.push_back(name);
  }
  return names;
}

std::string chosen_algorithm(std::string_view key, const std::optional<std::string>& name,
                             std::string_view fallback, const std::vector<std::string>& legal) {
  std::string choice = name.value_or(std::string(fallback));
  if (std::find(legal.begin(), legal.end(), choice) != legal.end()) return choice;
  throw RequestError(
      fmt::format("unknown {} algorithm '{}'{}", key, choice, suggestion(choice, legal)));
}

void refuse_unequal_servers(const CollectiveCall& call, std::string_view self) {
  const auto& servers = call.layout.servers;
  for (const auto& server : servers) {
    if (server.size() == servers.front().size()) continue;
    throw RequestError(fmt::format(
        "{} needs servers of equal size, and there are some of {} and some of {} ranks; {}", self,
        servers.front().size(), server.size(), legal_instead(call.kind, self)));
  }
}

}  // namespace commsim
