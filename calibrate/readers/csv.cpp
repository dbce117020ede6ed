// Tables with a header line: our own columns, those of aiconfigurator (a run for each set of keys)
// and of vidur (milliseconds by collective, a row for each rank).
#include <fmt/format.h>

#include <array>
#include <map>
#include <string>

#include "calibrate/readers/csv_table.hpp"
#include "calibrate/readers/log_numbers.hpp"
#include "calibrate/readers/measurement_format.hpp"
#include "calibrate/readers/rate_check.hpp"
#include "calibrate/readers/run_collector.hpp"
#include "core/diagnostics.hpp"

namespace commsim::csv_measurements {
namespace {

using Column = std::optional<std::size_t>;

// How one column tells a time.
enum class Tells { kMicroseconds, kMilliseconds, kAlgorithmRate, kBusRate };

struct Source {
  std::string_view column;
  Tells tells;
};

// The best source comes first: a time that was printed before a rate.
constexpr std::array kOutOfPlace = {Source{"time_us_oop", Tells::kMicroseconds},
                                    Source{"time_us", Tells::kMicroseconds},
                                    Source{"time_ms", Tells::kMilliseconds},
                                    Source{"algbw_oop", Tells::kAlgorithmRate},
                                    Source{"algbw", Tells::kAlgorithmRate},
                                    Source{"busbw_oop", Tells::kBusRate},
                                    Source{"busbw", Tells::kBusRate}};
constexpr std::array kInPlace = {Source{"time_us_ip", Tells::kMicroseconds},
                                 Source{"algbw_ip", Tells::kAlgorithmRate},
                                 Source{"busbw_ip", Tells::kBusRate}};
constexpr std::string_view kVidurBegin = "time_stats.";
constexpr std::string_view kVidurEnd = ".median";

struct BoundSource {
  std::size_t column;
  Tells tells;
};

class CsvReader {
 public:
  CsvReader(const TextFile& file, const MeasurementHints& hints)
      : file_(file), table_(file), collector_(file, hints, "csv") {
    const auto size = table_.column({"size_bytes", "bytes", "size", "message_size"});
    if (!size) file.fail(table_.header_offset(), "the header has no column 'size_bytes'");
    size_ = *size;
    out_of_place_ = bind(kOutOfPlace);
    in_place_ = bind(kInPlace);
    for (std::size_t i = 0; i < table_.header().size(); ++i) {
      const std::string& name = table_.header()[i];
      if (name.starts_with(kVidurBegin) && name.ends_with(kVidurEnd)) {
        out_of_place_.push_back({.column = i, .tells = Tells::kMilliseconds});
      }
    }
    if (out_of_place_.empty() && in_place_.empty()) {
      file.fail(table_.header_offset(),
                "the header has no column of times or rates, such as 'time_us'");
    }
    keys_ = {table_.column({"collective"}),
             table_.column({"ranks", "num_workers", "total_ranks"}),
             table_.column({"nodes"}),
             table_.column({"gpus_per_node", "devices_per_node"}),
             table_.column({"dtype", "type"}),
             table_.column({"algorithm", "algo"}),
             table_.column({"protocol", "proto"}),
             table_.column({"nccl_version", "rccl_version", "version"}),
             table_.column({"gpu", "device"}),
             table_.column({"redop"})};
    wrong_ = table_.column({"wrong"});
  }

  Measurements read() {
    while (table_.next()) read_row();
    return std::move(collector_).finish();
  }

 private:
  enum Key : std::size_t {
    kCollective,
    kRanks,
    kNodes,
    kPerNode,
    kDtype,
    kAlgorithm,
    kProtocol,
    kVersion,
    kDevice,
    kReduction,
    kKeys
  };

  template <typename Sources>
  std::vector<BoundSource> bind(const Sources& sources) {
    std::vector<BoundSource> bound;
    for (const Source& source : sources) {
      if (const Column column = table_.column({source.column})) {
        bound.push_back({.column = *column, .tells = source.tells});
      }
    }
    return bound;
  }

  void read_row() {
    const std::size_t number = run_of_row();
    const MeasuredRun& run = collector_.run(number);
    MeasuredRow row{.size = read_size(file_, table_.cell(size_))};
    const auto out = time(out_of_place_, row.size, run, row.derived);
    bool in_place_derived = false;
    row.in_place = time(in_place_, row.size, run, in_place_derived);
    if (!out && !row.in_place) {
      collector_.note("rows without a time or rate are left out");
      return;
    }
    if (!out) row.derived = in_place_derived;
    row.time = out ? *out : *row.in_place;
    if (wrong_ && !table_.cell(*wrong_).text.empty() && table_.cell(*wrong_).text != "N/A") {
      row.wrong = read_number(file_, table_.cell(*wrong_)) > 0;
    }
    check(out_of_place_, row.size, run);
    check(in_place_, row.size, run);
    collector_.add(number, row, table_.offset());
  }

  // What a row says of its time several times must agree.
  void check(const std::vector<BoundSource>& sources, Bytes size, const MeasuredRun& run) const {
    if (size == Bytes{0}) return;
    PrintedRates rates{.size = size};
    for (const BoundSource& source : sources) {
      const Word cell = table_.cell(source.column);
      if (cell.text.empty()) continue;
      const bool rate = source.tells == Tells::kAlgorithmRate || source.tells == Tells::kBusRate;
      auto& place = !rate                                   ? rates.time
                    : source.tells == Tells::kAlgorithmRate ? rates.algbw
                                                            : rates.busbw;
      if (place) continue;
      place = cell;
      if (!rate) rates.time_unit = unit(source.tells);
    }
    if (!run.collective.empty() && run.ranks > 0) {
      rates.factor = bus_factor(run.collective, run.ranks);
      rates.of = fmt::format("{} of {} ranks", run.collective, run.ranks);
    }
    check_rates(file_, rates);
  }

  static double unit(Tells tells) {
    return tells == Tells::kMilliseconds ? kPicosecondsPerMillisecond : kPicosecondsPerMicrosecond;
  }

  std::optional<Duration> time(const std::vector<BoundSource>& sources, Bytes size,
                               const MeasuredRun& run, bool& derived) {
    for (const BoundSource& source : sources) {
      const Word cell = table_.cell(source.column);
      if (cell.text.empty()) continue;
      if (source.tells == Tells::kMicroseconds || source.tells == Tells::kMilliseconds) {
        return read_time(file_, cell, unit(source.tells));
      }
      if (size == Bytes{0}) return Duration{0};  // the row will be left out
      derived = true;
      const auto bytes = static_cast<double>(size.count());
      return read_rate(file_, cell, bytes * factor(source, cell, run), kGigabyte);
    }
    return std::nullopt;
  }

  double factor(const BoundSource& source, Word cell, const MeasuredRun& run) {
    if (source.tells == Tells::kAlgorithmRate) return 1;
    if (run.collective.empty() || run.ranks < 2) {
      file_.fail(cell.offset,
                 "a bus bandwidth tells a time only where the collective and two ranks or more are "
                 "known; give them");
    }
    return bus_factor(run.collective, run.ranks);
  }

  // The run of the row's keys; rows of one key mostly follow each other.
  std::size_t run_of_row() {
    std::string key;
    for (const Column column : keys_) {
      if (column && (column != keys_[kReduction] || is_other_reduction(text(kReduction)))) {
        key += table_.cell(*column).text;
      }
      key += '\n';
    }
    if (key == last_key_) return last_run_;
    const auto [place, fresh] = runs_.try_emplace(key, 0);
    if (fresh) place->second = collector_.open(facts(), table_.offset());
    last_key_ = std::move(key);
    return last_run_ = place->second;
  }

  [[nodiscard]] std::string text(Key key) const {
    return keys_[key] ? std::string(table_.cell(*keys_[key]).text) : std::string();
  }
  [[nodiscard]] int count(Key key) const {
    return text(key).empty() ? 0 : read_count(file_, table_.cell(*keys_[key]));
  }

  MeasuredRun facts() {
    MeasuredRun run{.collective = std::string(collective_name(text(kCollective))),
                    .ranks = count(kRanks),
                    .nodes = count(kNodes),
                    .gpus_per_node = count(kPerNode),
                    .dtype = text(kDtype),
                    .algorithm = text(kAlgorithm),
                    .protocol = text(kProtocol),
                    .redop = text(kReduction),
                    .version = text(kVersion),
                    .device = text(kDevice),
                    .rows = {}};
    if (run.collective.empty() && !text(kCollective).empty()) {
      file_.fail(table_.cell(*keys_[kCollective]).offset,
                 fmt::format("unknown collective '{}'", text(kCollective)));
    }
    return run;
  }

  const TextFile& file_;
  CsvTable table_;
  RunCollector collector_;
  std::size_t size_ = 0;
  std::vector<BoundSource> out_of_place_;
  std::vector<BoundSource> in_place_;
  std::array<Column, kKeys> keys_;
  Column wrong_;
  std::map<std::string, std::size_t> runs_;
  std::string last_key_;
  std::size_t last_run_ = 0;
};

bool fits(const TextFile& file) {
  if (file.text.starts_with('{')) return false;  // JSON on one line would be a header of millions
  try {
    const CsvTable table(file);
    if (table.header().size() < 2) return false;
    return table.column({"size_bytes", "bytes", "size", "message_size"}).has_value();
  } catch (const ConfigError&) {
    return false;
  }
}

Measurements read(const TextFile& file, const MeasurementHints& hints) {
  return CsvReader(file, hints).read();
}

const Registration<MeasurementFormat> registration{
    {.name = "csv",
     .summary =
         "a header line with size_bytes and times or bandwidths, between commas, semicolons or "
         "tabs",
     .fits = fits,
     .read = read}};

}  // namespace
}  // namespace commsim::csv_measurements
