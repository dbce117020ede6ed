// Whatever the bytes, a quantity parses or is refused with a RequestError, and one that parses is
// in its legal range and has a short text.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/error.hpp"
#include "core/quantity_text.hpp"

namespace {

template <typename Check>
void try_to(Check check) {
  try {
    check();
  } catch (const commsim::RequestError&) {
    // The only refusal that is allowed; anything else ends the process.
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using commsim::ensure;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are what a fuzzer gives
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try_to([&] {
    const commsim::Bytes bytes = commsim::parse_bytes(text);
    ensure(bytes.count() >= 0 && !to_text(bytes).empty(), "a size is negative");
  });
  try_to([&] {
    const commsim::Bandwidth rate = commsim::parse_bandwidth(text);
    ensure(rate.bits_per_second() > 0 && !to_text(rate).empty(), "a bandwidth is not positive");
  });
  try_to([&] {
    const commsim::Duration span = commsim::parse_duration(text);
    ensure(span.count() >= 0 && !commsim::to_text(span).empty(), "a duration is negative");
  });
  try_to([&] { commsim::parse_whole(text); });
  try_to([&] { ensure(std::isfinite(commsim::parse_number(text)), "a number is not finite"); });
  return 0;
}
