// Intel MPI Benchmarks: blocking collectives, PingPong, PingPing and Sendrecv.
#include <fmt/format.h>

#include <string>

#include "calibrate/readers/log_reader.hpp"
#include "calibrate/readers/number_table.hpp"

namespace commsim::imb {
namespace {

constexpr std::string_view kAverage = "t_avg[usec]";
constexpr std::string_view kOnly = "t[usec]";

bool is_header(const std::vector<Word>& words) {
  return words.size() > 2 && words[0].text == "#bytes" && words[1].text == "#repetitions";
}

class ImbReader final : public LogReader {
 public:
  static constexpr std::string_view kName = "imb";
  static constexpr std::string_view kSummary =
      "Intel MPI Benchmarks: collectives, PingPong, PingPing, Sendrecv";
  static constexpr std::string_view kNeedle = "#repetitions";
  static bool is_mark(const std::vector<Word>& words) { return is_header(words); }

  ImbReader(const TextFile& file, const MeasurementHints& hints)
      : LogReader(file, hints, kName), table_(file, collector()) {}

 private:
  void read_line(const std::vector<Word>& words) override {
    if (words.size() > 2 && words[0].text == "#" && words[1].text == "Benchmarking") {
      benchmark_ = words[2].text;
      ranks_ = 0;
      table_.close();
    } else if (words.size() > 3 && words[1].text == "#processes" && words[2].text == "=") {
      ranks_ = read_count(file(), words[3]);
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
      collector().note(fmt::format("the table of IMB's '{}' is left out", benchmark_));
      return;
    }
    NumberColumns columns{.columns = words.size()};
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i].text == kAverage || words[i].text == kOnly) columns.value = i;
    }
    if (columns.value == 0) {
      file().fail(words.front().offset,
                  fmt::format("the header has no column {} or {}", kAverage, kOnly));
    }
    table_.open({.collective = std::string(collective), .ranks = ranks_, .rows = {}}, columns,
                size_is_per_rank(collective), words.front().offset);
  }

  NumberTable table_;
  std::string benchmark_;
  int ranks_ = 0;
};

const Registration<MeasurementFormat> registration{log_format<ImbReader>()};

}  // namespace
}  // namespace commsim::imb
