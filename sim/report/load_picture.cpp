#include "sim/report/load_picture.hpp"

#include <fmt/format.h>

#include <sstream>

#include "core/quantity_text.hpp"
#include "topology/graphviz.hpp"

namespace commsim {

std::string load_picture(const ScenarioPoint& point, const CollectiveResult& result) {
  const Topology& topology = point.run.cluster->topology;
  LinkLoads loads{.title = fmt::format("{} of {} by {}, {}: {}; percent of that time",
                                       collective(point.run.call.kind).name,
                                       to_text(point.run.call.size), point.algorithm,
                                       point.run.network->name, to_text(result.time))};
  for (LinkId id = 0; id < topology.links().size(); ++id) {
    const Duration busy = result.link_bytes[id] / topology.link(id).bandwidth;
    const bool idle = busy == Duration{0} || result.time == Duration{0};
    loads.share.push_back(idle ? 0 : seconds(busy) / seconds(result.time));
  }
  std::ostringstream dot;
  write_dot(dot, topology, loads);
  return dot.str();
}

}  // namespace commsim
