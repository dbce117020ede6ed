// A line: a cable from each rank to the next, and none back from the last to the first.
#include "topology/config_links.hpp"
#include "topology/topology_kind.hpp"

namespace commsim::line {
namespace {

std::optional<Topology> build(ConfigReader& section) {
  const std::int64_t ranks = read_ranks(section);
  const LinkSpec cable = read_link(section, "link", std::nullopt);
  if (section.failed()) return std::nullopt;

  TopologyBuilder builder;
  DeviceId before = 0;
  for (std::int64_t r = 0; r < ranks; ++r) {
    const DeviceId gpu = builder.add_device(DeviceKind::kGpu, "gpu" + std::to_string(r));
    if (r > 0) builder.add_cable(before, gpu, cable);
    before = gpu;
  }
  return std::move(builder).seal();
}

const Registration<TopologyKind> registration{{
    .name = "example_line",
    .summary = "a duplex cable from each rank to the next",
    .reference = "the example of docs/extending.md",
    .build = build,
}};

}  // namespace
}  // namespace commsim::line
