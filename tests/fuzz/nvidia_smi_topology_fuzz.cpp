// Whatever the bytes, the matrix of nvidia-smi gives a server that can be built, or a located
// error.
#include "core/diagnostics.hpp"
#include "core/error.hpp"
#include "tests/fuzz/import_input.hpp"
#include "topology/import/smi_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace commsim;
  try {
    const TextFile file = fuzz::input(data, size);
    const SmiMatrix matrix = read_smi_matrix(file);
    const auto plan = plan_server(smi_server(file, matrix, {}));
    TopologyBuilder builder;
    const BuiltServer built = plan->build(builder, 0, false);
    ensure(static_cast<int>(built.gpus.size()) == plan->gpus(), "a GPU is missing");
    static_cast<void>(std::move(builder).seal());
  } catch (const ConfigError&) {
    // The only refusal that is allowed; a matrix always joins all its GPUs.
  }
  return 0;
}
