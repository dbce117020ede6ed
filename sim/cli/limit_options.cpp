#include "sim/cli/limit_options.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/quantity_text.hpp"
#include "sim/cli/memory_limit.hpp"

namespace commsim::limit_options {
namespace {

constexpr Bytes kLeastMemory = 64_MiB;

// The option's name stands before what is wrong with its value.
template <typename Parse>
auto parsed(std::string_view option, const std::string& text, Parse parse) {
  try {
    return parse(text);
  } catch (const RequestError& refusal) {
    throw RequestError(fmt::format("{}: {}", option, refusal.what()));
  }
}

std::int64_t positive(const std::string& text) {
  const std::int64_t count = parse_whole(text);
  if (count < 1) throw RequestError(fmt::format("{} is too small; legal: 1 or more", count));
  return count;
}

Bytes enough(const std::string& text) {
  const Bytes memory = parse_bytes(text);
  if (memory < kLeastMemory) {
    throw RequestError(
        fmt::format("{} is too small; legal: {} or more", to_text(memory), to_text(kLeastMemory)));
  }
  return memory;
}

}  // namespace
}  // namespace commsim::limit_options

namespace commsim {

void LimitOptions::add_to(CommandOptions& command) {
  command.text("--max-messages", messages, "stop a simulation that sends more messages", "N");
  command.text("--max-time", time, "stop a simulation whose simulated time is longer", "TIME");
  command.text("--max-memory", memory,
               "stop when this takes more memory (default: nine tenths of what is free)", "SIZE");
}

RunLimits LimitOptions::each() const {
  RunLimits limits;
  using namespace limit_options;
  if (!messages.empty()) limits.messages = parsed("--max-messages", messages, positive);
  if (!time.empty()) limits.time = parsed("--max-time", time, parse_duration);
  return limits;
}

Bytes LimitOptions::most_memory(int sharers) const {
  using namespace limit_options;
  if (!memory.empty()) return parsed("--max-memory", memory, enough);
  const Bytes free = free_memory();
  return Bytes{std::max(kLeastMemory.count(), free.count() / 10 * 9 / sharers)};
}

}  // namespace commsim
