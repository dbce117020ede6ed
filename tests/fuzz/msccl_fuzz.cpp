// Whatever the bytes, an MSCCL schedule is a program that computes its collective, or is refused.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "collectives/call_options.hpp"
#include "collectives/msccl/import.hpp"
#include "core/diagnostics.hpp"
#include "core/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using commsim::Bytes;
  using commsim::CollectiveKind;
  constexpr std::int64_t kSize = 24;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are what a fuzzer gives
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto kind : {CollectiveKind::kAllReduce, CollectiveKind::kAllToAll,
                          CollectiveKind::kAllGather, CollectiveKind::kScatter}) {
    for (const commsim::Rank ranks : {2, 3}) {
      auto call = commsim::flat_call(kind, Bytes{kSize}, Bytes{1}, ranks);
      call.schedule = {.name = "fuzz", .text = std::string(text)};
      try {
        const auto program = commsim::msccl::import(call);
        commsim::ensure(program->participants() == ranks, "a rank is missing");
      } catch (const commsim::ConfigError&) {
        // The only refusals that are allowed; anything else ends the process.
      } catch (const commsim::RequestError&) {
        // A size that the schedule cannot be cut for.
      }
    }
  }
  return 0;
}
