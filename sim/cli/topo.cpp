#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "core/error.hpp"
#include "sim/cli/command.hpp"
#include "sim/cli/scenario_options.hpp"
#include "sim/report/atomic_file.hpp"
#include "sim/report/topology_report.hpp"
#include "sim/scenario/topology_section.hpp"
#include "topology/graphviz.hpp"

namespace commsim {
namespace {

struct TopoOptions {
  ScenarioOptions scenarios;
  std::string dot;
};

void show(const TopoOptions& options) {
  const std::string& file = options.scenarios.files.front();
  const auto clusters = read_clusters(options.scenarios.read(file));
  if (!options.dot.empty() && clusters.size() > 1) {
    throw RequestError(fmt::format("--dot draws one topology, the file has {}; pick one with --set",
                                   clusters.size()));
  }
  for (const Cluster& cluster : clusters) {
    std::cout << file << '\n';
    write_topology(std::cout, cluster);
  }
  if (options.dot.empty()) return;
  AtomicFile dot(options.dot);
  write_dot(dot.stream(), clusters.front().topology);
  dot.commit();
}

void add(CLI::App& app, int& /*exit_code*/) {
  const auto options = std::make_shared<TopoOptions>();
  options->scenarios.add_to(app, false);
  app.add_option("--dot", options->dot, "draw the graph to FILE, for Graphviz")->type_name("FILE");
  app.callback([options] { show(*options); });
}

const Registration<Command> kTopo{{.name = "topo",
                                   .summary = "size, diameter, bisection and bounds of a topology",
                                   .order = 5,
                                   .add = add}};

}  // namespace
}  // namespace commsim
