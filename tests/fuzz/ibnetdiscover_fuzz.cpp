// Whatever the bytes, the output of ibnetdiscover gives cables between its nodes, or a located
// error.
#include "core/diagnostics.hpp"
#include "core/error.hpp"
#include "tests/fuzz/import_input.hpp"
#include "topology/import/ib_fabric.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace commsim;
  try {
    const IbFabric fabric = read_ib_fabric(fuzz::input(data, size));
    for (const IbFabric::Cable& cable : fabric.cables) {
      ensure(cable.a < fabric.nodes.size() && cable.b < fabric.nodes.size() && cable.a != cable.b,
             "a cable joins two nodes");
      ensure(cable.bandwidth.bits_per_second() > 0, "a cable has a bandwidth");
    }
  } catch (const ConfigError&) {
    // The only refusal that is allowed; anything else ends the process.
  }
  return 0;
}
