// Intel MPI Benchmarks: blocking collectives, PingPong, PingPing and Sendrecv.
#include <fmt/format.h>

#include <string>

#include "calibrate/readers/log_words.hpp"
#include "calibrate/readers/measurement_format.hpp"
#include "calibrate/readers/number_table.hpp"

namespace commsim::imb {
namespace {

constexpr std::string_view kAverage = "t_avg[usec]";
constexpr std::string_view kOnly = "t[usec]";

bool is_header(const std::vector<Word>& words) {
  return words.size() > 2 && words[0].text == "#bytes" && words[1].text == "#repetitions";
}

class ImbReader {
 public:
  ImbReader(const TextFile& file, const MeasurementHints& hints)
      : file_(file), collector_(file, hints, "imb"), table_(file, collector_) {}

  Measurements read() {
    TextLines lines(file_);
    while (lines.next()) {
      const auto words = log_words(lines);
      if (!words.empty()) read_line(words);
    }
    return std::move(collector_).finish();
  }

 private:
  void read_line(const std::vector<Word>& words) {
    if (words.size() > 2 && words[0].text == "#" && words[1].text == "Benchmarking") {
      benchmark_ = words[2].text;
      ranks_ = 0;
      table_.close();
    } else if (words.size() > 3 && words[1].text == "#processes" && words[2].text == "=") {
      ranks_ = read_count(file_, words[3]);
    } else if (is_header(words)) {
      open_table(words);
    } else if (table_.is_open() && words.front().text.front() != '#') {
      table_.line(words);
    }
  }

  void open_table(const std::vector<Word>& words) {
    table_.close();
    const std::string_view collective = collective_name(benchmark_);
    if (collective.empty()) {
      collector_.note(fmt::format("the table of IMB's '{}' is left out", benchmark_));
      return;
    }
    NumberColumns columns{.columns = words.size()};
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i].text == kAverage || words[i].text == kOnly) columns.value = i;
    }
    if (columns.value == 0) {
      file_.fail(words.front().offset,
                 fmt::format("the header has no column {} or {}", kAverage, kOnly));
    }
    table_.open({.collective = std::string(collective), .ranks = ranks_, .rows = {}}, columns,
                size_is_per_rank(collective), words.front().offset);
  }

  const TextFile& file_;
  RunCollector collector_;
  NumberTable table_;
  std::string benchmark_;
  int ranks_ = 0;
};

bool fits(const TextFile& file) {
  TextLines lines(file);
  while (lines.next()) {
    if (lines.text().find("#repetitions") == std::string_view::npos) continue;
    const auto words = log_words(lines);
    if (!words.empty() && is_header(words)) return true;
  }
  return false;
}

Measurements read(const TextFile& file, const MeasurementHints& hints) {
  return ImbReader(file, hints).read();
}

const Registration<MeasurementFormat> registration{
    {.name = "imb",
     .what = "Intel MPI Benchmarks: collectives, PingPong, PingPing, Sendrecv",
     .fits = fits,
     .read = read}};

}  // namespace
}  // namespace commsim::imb
