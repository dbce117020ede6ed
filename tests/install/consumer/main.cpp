#include <commsim/collectives/algorithm.hpp>
#include <commsim/core/quantity_text.hpp>
#include <commsim/core/registry.hpp>
#include <commsim/core/units.hpp>
#include <commsim/topology/topology_kind.hpp>
#include <iostream>

int main() {
  using namespace commsim::literals;
  const auto topologies = commsim::Registry<commsim::TopologyKind>::names();
  const auto algorithms = commsim::Registry<commsim::Algorithm>::names();
  for (const auto& name : topologies) std::cout << "topology " << name << '\n';
  for (const auto& name : algorithms) std::cout << "algorithm " << name << '\n';

  const auto time = commsim::message_time(64_MiB, 50_GBps, 1_usec);
  std::cout << "64 MiB at 50 GB/s and 1 us: " << commsim::to_text(time) << '\n';
  // An empty registry would mean that the library lost the objects that register things.
  return topologies.empty() || algorithms.empty() || time != 1343177280_psec ? 1 : 0;
}
