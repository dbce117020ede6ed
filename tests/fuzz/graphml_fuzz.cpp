// Whatever the bytes, GraphML gives a topology, a located error or a request that cannot be met.
#include "core/diagnostics.hpp"
#include "core/error.hpp"
#include "tests/fuzz/import_input.hpp"
#include "topology/import/graphml_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace commsim;
  try {
    const Topology topology = read_graphml_topology(fuzz::input(data, size));
    ensure(topology.rank_count() > 0, "a topology has a rank");
  } catch (const ConfigError&) {
    // Refused at its place; anything but this and the next ends the process.
  } catch (const RequestError&) {
    // No GPU, or a graph that is not connected.
  }
  return 0;
}
