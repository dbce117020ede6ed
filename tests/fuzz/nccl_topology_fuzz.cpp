// Whatever the bytes, NCCL's description of a server gives a server that can be built, or a located
// error.
#include "core/diagnostics.hpp"
#include "core/error.hpp"
#include "tests/fuzz/import_input.hpp"
#include "topology/import/nccl_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace commsim;
  try {
    const auto plan = plan_server(read_nccl_topology(fuzz::input(data, size), {}));
    TopologyBuilder builder;
    const BuiltServer built = plan->build(builder, 0, true);
    ensure(static_cast<int>(built.gpus.size()) == plan->gpus(), "a GPU is missing");
    static_cast<void>(std::move(builder).seal());
  } catch (const ConfigError&) {
    // Refused at its place; anything but this and the next ends the process.
  } catch (const RequestError&) {
    // GPUs that nothing joins.
  }
  return 0;
}
