#include "sim/report/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/quantity_text.hpp"

namespace commsim {
namespace {

// The format counts microseconds; six decimals keep every picosecond.
std::string microseconds(Duration span) {
  constexpr std::int64_t kPerMicrosecond = 1'000'000;
  return fmt::format("{}.{:06}", span.count() / kPerMicrosecond, span.count() % kPerMicrosecond);
}

// Slices of one track must not overlap, so a message goes to the first track of its receiver that
// is free again when it is sent.
class Tracks {
 public:
  std::size_t place(Rank receiver, SimTime sent, SimTime arrived) {
    if (ends_.size() <= static_cast<std::size_t>(receiver)) {
      ends_.resize(static_cast<std::size_t>(receiver) + 1);
    }
    std::vector<SimTime>& ends = ends_[static_cast<std::size_t>(receiver)];
    const auto free = std::ranges::find_if(ends, [&](SimTime end) { return end <= sent; });
    const auto track = static_cast<std::size_t>(free - ends.begin());
    if (free == ends.end()) ends.emplace_back();
    ends[track] = arrived;
    return track;
  }

 private:
  std::vector<std::vector<SimTime>> ends_;  // by receiver and track
};

}  // namespace

void write_trace(std::ostream& out, const ScenarioPoint& point, const CollectiveResult& result) {
  const auto title = fmt::format("{} {} {}", collective(point.run.call.kind).name, point.algorithm,
                                 to_text(point.run.call.size));
  out << fmt::format(R"({{"displayTimeUnit":"ns","otherData":{{"title":{}}},"traceEvents":[)",
                     nlohmann::json(title).dump());
  const char* comma = "\n";
  for (Rank rank = 0; rank < point.run.cluster->topology.rank_count(); ++rank) {
    constexpr auto kProcess =
        R"({}{{"ph":"M","pid":{},"name":"process_name","args":{{"name":"rank {} receives"}}}})";
    out << fmt::format(kProcess, comma, rank, rank);
    comma = ",\n";
  }
  auto entries = result.timeline;
  std::ranges::stable_sort(entries, {}, &TimelineEntry::sent);
  Tracks tracks;
  for (const TimelineEntry& entry : entries) {
    constexpr auto kSlice =
        R"({}{{"ph":"X","pid":{},"tid":{},"name":"from rank {}","ts":{},"dur":{},"args":{{"bytes":{}}}}})";
    out << fmt::format(kSlice, comma, entry.to, tracks.place(entry.to, entry.sent, entry.arrived),
                       entry.from, microseconds(entry.sent.time_since_epoch()),
                       microseconds(entry.arrived - entry.sent), entry.size.count());
  }
  out << "\n]}\n";
}

}  // namespace commsim
