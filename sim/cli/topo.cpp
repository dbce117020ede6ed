#include <fmt/format.h>

#include <deque>
#include <iostream>
#include <memory>
#include <sstream>

#include "core/error.hpp"
#include "sim/cli/command.hpp"
#include "sim/cli/scenario_options.hpp"
#include "sim/cli/written_file.hpp"
#include "sim/plan/plan_alternatives.hpp"
#include "sim/report/graphviz_program.hpp"
#include "sim/report/topology_report.hpp"
#include "sim/scenario/topology_section.hpp"
#include "topology/graphviz.hpp"

namespace commsim::topo {
namespace {

struct TopoOptions {
  ScenarioOptions scenarios;
  std::string dot;
  std::string svg;
};

// Those of all alternatives, if the file is a plan that has some.
std::deque<Cluster> clusters_of(const ConfigDocument& document) {
  std::deque<Cluster> all;
  for (const PlanAlternative& alternative : alternatives_of(document)) {
    for (Cluster& cluster : read_clusters(alternative.document)) all.push_back(std::move(cluster));
  }
  return all;
}

ExitCode show(const TopoOptions& options) {
  const std::string& file = options.scenarios.files.front();
  const auto clusters = clusters_of(options.scenarios.read(file));
  const bool drawn = !options.dot.empty() || !options.svg.empty();
  if (drawn && clusters.size() > 1) {
    throw RequestError(fmt::format("{} draws one topology, the file has {}; pick one with --set",
                                   options.dot.empty() ? "--svg" : "--dot", clusters.size()));
  }
  const Topology& first = clusters.front().topology;
  if (!options.svg.empty()) refuse_undrawable(first.links().size());
  for (const Cluster& cluster : clusters) {
    std::cout << file << '\n';
    write_topology(std::cout, cluster);
  }
  if (!options.dot.empty()) {
    AtomicFile dot(options.dot);
    write_dot(dot.stream(), first);
    commit_aloud(dot);
  }
  if (!options.svg.empty()) {
    AtomicFile svg(options.svg);
    std::ostringstream dot;
    write_dot(dot, first);
    svg.stream() << svg_of(dot.str(), first.links().size());
    commit_aloud(svg);
  }
  return kSuccess;
}

void add(CommandOptions& command) {
  const auto options = std::make_shared<TopoOptions>();
  options->scenarios.add_to(command, false);
  command.text("--dot", options->dot, "draw the graph to FILE, for Graphviz", "FILE");
  command.text("--svg", options->svg, "the same as a picture, by Graphviz", "FILE");
  command.on_run([options] { return show(*options); });
}

const Registration<Command> kTopo{{.name = "topo",
                                   .summary = "size, diameter, bisection and bounds of a topology",
                                   .order = 5,
                                   .add = add}};

}  // namespace
}  // namespace commsim::topo
