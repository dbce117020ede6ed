// Whatever the bytes, a scenario file gives a tree or a ConfigError. The first line may name an
// override after "#set ", so that --set is fuzzed too.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/diagnostics.hpp"
#include "sim/scenario/yaml_document.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::string_view kOverride = "#set ";
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are what a fuzzer gives
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    commsim::ConfigDocument document = commsim::read_yaml_text(text, "fuzz");
    if (text.starts_with(kOverride)) {
      const std::string_view line = text.substr(0, text.find('\n'));
      commsim::apply_override(document, line.substr(kOverride.size()));
    }
  } catch (const commsim::ConfigError&) {
    // The only refusal that is allowed; anything else ends the process.
  }
  return 0;
}
