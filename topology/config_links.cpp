#include "topology/config_links.hpp"

namespace commsim {

LinkSpec read_link(ConfigReader& section, std::string_view key, std::optional<LinkSpec> otherwise) {
  ConfigReader link = section.section(key);
  const auto bandwidth = link.bandwidth("bandwidth");
  const auto latency = link.duration("latency");
  if (!otherwise) link.required("bandwidth", bandwidth, Bandwidth{});
  const LinkSpec rest = otherwise.value_or(LinkSpec{});
  return {.bandwidth = bandwidth.value_or(rest.bandwidth),
          .latency = latency.value_or(rest.latency)};
}

std::int64_t read_ranks(ConfigReader& section) {
  const WholeRange legal{.least = 1,
                         .most = static_cast<std::int64_t>(TopologyBuilder::kMostRanks)};
  return section.required("ranks", section.whole("ranks", legal), std::int64_t{1});
}

}  // namespace commsim
