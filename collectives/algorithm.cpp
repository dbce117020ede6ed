#include "collectives/algorithm.hpp"

namespace commsim {

std::vector<std::string> algorithm_names(CollectiveKind kind) {
  const std::string prefix = std::string(collective(kind).name) + "/";
  std::vector<std::string> names;
  for (const Algorithm* algorithm : Registry<Algorithm>::entries()) {
    if (algorithm->name.substr(0, prefix.size()) == prefix) {
      names.emplace_back(algorithm->name.substr(prefix.size()));
    }
  }
  return names;
}

const Algorithm& find_algorithm(CollectiveKind kind, std::string_view short_name) {
  const std::string collective_name{collective(kind).name};
  const auto* algorithm =
      Registry<Algorithm>::find(collective_name + "/" + std::string(short_name));
  if (algorithm != nullptr) return *algorithm;
  throw RequestError(collective_name + " has no algorithm '" + std::string(short_name) + "'" +
                     suggestion(short_name, algorithm_names(kind)));
}

}  // namespace commsim
