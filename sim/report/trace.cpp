#include "sim/report/trace.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/quantity_text.hpp"
#include "sim/report/atomic_file.hpp"

namespace commsim {
namespace {

// The format counts microseconds; six decimals keep every picosecond.
std::string microseconds(Duration span) {
  constexpr std::int64_t kPerMicrosecond = 1'000'000;
  return fmt::format("{}.{:06}", span.count() / kPerMicrosecond, span.count() % kPerMicrosecond);
}

}  // namespace

void write_trace(const std::filesystem::path& file, const ScenarioPoint& point,
                 const CollectiveResult& result) {
  const auto name = fmt::format("{} {} {}", collective(point.run.call.kind).name, point.algorithm,
                                to_text(point.run.call.size));
  AtomicFile trace(file);
  trace.stream() << fmt::format(
      "{{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n"
      "{{\"ph\":\"M\",\"pid\":0,\"name\":\"process_name\",\"args\":{{\"name\":{}}}}}",
      nlohmann::json(name).dump());
  for (const TimelineEntry& entry : result.timeline) {
    trace.stream() << fmt::format(
        ",\n{{\"ph\":\"X\",\"pid\":0,\"tid\":{},\"name\":\"from rank {}\",\"ts\":{},\"dur\":{},"
        "\"args\":{{\"bytes\":{}}}}}",
        entry.to, entry.from, microseconds(entry.sent.time_since_epoch()),
        microseconds(entry.arrived - entry.sent), entry.size.count());
  }
  trace.stream() << "\n]}\n";
  trace.commit();
}

}  // namespace commsim
