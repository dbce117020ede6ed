#include "calibrate/measurements.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <utility>

#include "calibrate/readers/measurement_format.hpp"
#include "core/error.hpp"
#include "core/nearest_name.hpp"
#include "core/registry.hpp"

namespace commsim {
namespace {

constexpr int kMostRanks = 1 << 24;

// Names without case and separators, and commsim's for them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 27> kNames = {{
    {"allreduce", "all_reduce"},
    {"allgather", "all_gather"},
    {"reducescatter", "reduce_scatter"},
    {"broadcast", "broadcast"},
    {"bcast", "broadcast"},
    {"reduce", "reduce"},
    {"alltoall", "all_to_all"},
    {"alltoallpersonalizedexchange", "all_to_all"},
    {"gather", "gather"},
    {"scatter", "scatter"},
    {"sendrecv", "send_recv"},
    {"p2p", "send_recv"},
    {"pingpong", "send_recv"},
    {"pingping", "send_recv"},
    {"latency", "send_recv"},
    {"bandwidth", "send_recv"},
    {"bidirectionalbandwidth", "send_recv"},
    {"bw", "send_recv"},
    {"bibw", "send_recv"},
    {"ibwritebw", "send_recv"},
    {"ibreadbw", "send_recv"},
    {"ibsendbw", "send_recv"},
    {"ibwritelat", "send_recv"},
    {"ibreadlat", "send_recv"},
    {"ibsendlat", "send_recv"},
    {"rdmawrite", "send_recv"},
    {"rdmaread", "send_recv"},
}};

const MeasurementFormat& format_of(const TextFile& file, const std::string& name) {
  if (name != "auto") {
    return Registry<MeasurementFormat>::get(name, "format of measurements");
  }
  const MeasurementFormat* found = nullptr;
  std::string names;
  for (const auto* format : Registry<MeasurementFormat>::entries()) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", format->name);
    if (!format->fits(file)) continue;
    if (found != nullptr) {
      file.fail(
          fmt::format("it could be of format {} or {}; say which", found->name, format->name));
    }
    found = format;
  }
  if (found == nullptr) {
    file.fail(fmt::format("it is of no format that is known (legal: {})", names));
  }
  return *found;
}

void check(const MeasurementHints& hints) {
  if (!hints.collective.empty() && collective_name(hints.collective).empty()) {
    std::vector<std::string> legal;
    for (const auto& [name, ours] : kNames) {
      if (legal.empty() || legal.back() != ours) legal.emplace_back(ours);
    }
    throw RequestError(fmt::format("unknown collective '{}'{}", hints.collective,
                                   suggestion(hints.collective, legal)));
  }
  const auto count = [](std::string_view what, int value) {
    if (value < 0 || value > kMostRanks) {
      throw RequestError(fmt::format("{} {}, legal are 1 to {}", value, what, kMostRanks));
    }
  };
  count("ranks", hints.ranks);
  count("nodes", hints.nodes);
}

}  // namespace

Measurements read_measurements(const std::filesystem::path& path, const MeasurementHints& hints) {
  return read_measurements(read_text_file(path), hints);
}

Measurements read_measurements(const TextFile& file, const MeasurementHints& hints) {
  check(hints);
  const std::string_view text = file.text;
  for (const std::string_view mark : {"\xFF\xFE", "\xFE\xFF"}) {
    if (text.starts_with(mark)) file.fail("it is UTF-16; save it as UTF-8");
  }
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) {
    const TextFile rest{.name = file.name, .text = file.text.substr(kByteOrderMark.size())};
    return format_of(rest, hints.format).read(rest, hints);
  }
  return format_of(file, hints.format).read(file, hints);
}

std::string_view collective_name(std::string_view name) {
  name = name.substr(name.rfind('/') + 1);
  std::string plain;
  for (const char c : name) {
    if (c == '_' || c == '-' || c == ' ') continue;
    plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  std::string_view key = plain;
  if (key.starts_with("osu") || key.starts_with("imb")) key.remove_prefix(3);
  if (key.ends_with("perf")) key.remove_suffix(4);
  for (const auto& [theirs, ours] : kNames) {
    if (key == theirs) return ours;
  }
  return {};
}

bool is_other_reduction(std::string_view redop) {
  return !redop.empty() && redop != "sum" && redop != "none";
}

bool same_reduction(std::string_view a, std::string_view b) {
  return a == b || (!is_other_reduction(a) && !is_other_reduction(b));
}

double bus_factor(std::string_view collective, int ranks) {
  ensure(ranks > 0 && !collective.empty(), "a bus bandwidth is of a collective of ranks");
  const double share = (ranks - 1.0) / ranks;
  if (collective == "all_reduce") return 2 * share;
  if (collective == "broadcast" || collective == "reduce" || collective == "send_recv") return 1;
  return share;
}

}  // namespace commsim
