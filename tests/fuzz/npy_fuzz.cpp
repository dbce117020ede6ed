// Whatever the bytes, a NumPy file gives a tensor of its shape, or an error.
#include "collectives/compression/npy_file.hpp"
#include "core/diagnostics.hpp"
#include "core/error.hpp"
#include "tests/fuzz/import_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace commsim;
  const TextFile file = fuzz::input(data, size);
  try {
    const Tensor tensor = parse_npy(file.name, file.text);
    ensure(tensor.shape.rows > 0 && tensor.shape.columns > 0, "a tensor has elements");
    ensure(tensor.shape.elements() == static_cast<std::int64_t>(tensor.values.size()),
           "a tensor has a value for each element");
  } catch (const ConfigError&) {
    // The only refusal that is allowed; anything else ends the process.
  }
  return 0;
}
