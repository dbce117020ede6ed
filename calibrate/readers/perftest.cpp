// perftest: bandwidth and latency of verbs between two hosts (ib_write_bw, ib_read_lat, ...).
#include <fmt/format.h>

#include <string>

#include "calibrate/readers/log_reader.hpp"
#include "calibrate/readers/number_table.hpp"

namespace commsim::perftest {
namespace {

bool is_header(const std::vector<Word>& words) {
  return words.size() > 3 && words[0].text == "#bytes" && words[1].text == "#iterations";
}

// Every column of a header has one word with a unit in brackets, but for the two at its front.
class PerftestReader final : public LogReader {
 public:
  static constexpr std::string_view kName = "perftest";
  static constexpr std::string_view kSummary =
      "perftest: ib_write_bw, ib_read_bw, ib_send_bw and their latencies";
  static constexpr std::string_view kNeedle = "#iterations";
  static bool is_mark(const std::vector<Word>& words) { return is_header(words); }

  PerftestReader(const TextFile& file, const MeasurementHints& hints)
      : LogReader(file, hints, kName), table_(file, collector()) {}

 private:
  void read_line(const std::vector<Word>& words) override {
    if (is_header(words)) {
      open_table(words);
    } else if (words.back().text == "Test" && words.size() > 2) {
      read_title(words);
    } else if (words.front().text.starts_with("-----")) {
      table_.close();
    } else if (table_.is_open()) {
      table_.line(words);
    }
  }

  // "RDMA_Write Bidirectional BW Test"
  void read_title(const std::vector<Word>& words) {
    both_ways_ = false;
    round_trip_ = words.front().text == "RDMA_Read" || words.front().text.starts_with("Atomic");
    for (const Word& word : words) both_ways_ = both_ways_ || word.text == "Bidirectional";
  }

  void open_table(const std::vector<Word>& words) {
    NumberColumns columns{.columns = 2};
    for (std::size_t i = 2; i < words.size(); ++i) {
      const std::string_view word = words[i].text;
      if (word.find('[') == std::string_view::npos) continue;
      const std::size_t column = columns.columns++;
      // The average wins over the typical time, which is all that old versions print.
      if (word == "t_avg[usec]" || (word == "t_typical[usec]" && columns.value == 0)) {
        columns.value = column;
      } else if (word == "average[MB/sec]" || word == "average[MiB/sec]") {
        set_rate(columns, column, kMebibyte);  // perftest divides by 2^20
      } else if (word == "average[Gb/sec]") {
        set_rate(columns, column, kGigabyte / 8);
      }
    }
    if (columns.value == 0) {
      file().fail(
          words.front().offset,
          "the header has no column 'BW average' in MB/sec, MiB/sec or Gb/sec, t_avg or t_typical");
    }
    if (!columns.rate && round_trip_) {
      collector().note("the latency of a read is that of a request and its answer");
    }
    table_.open({.collective = "send_recv", .ranks = 2, .rows = {}}, columns, false,
                words.front().offset);
  }

  void set_rate(NumberColumns& columns, std::size_t column, double unit) {
    columns.value = column;
    columns.rate = true;
    columns.unit = unit;
    columns.messages = both_ways_ ? 2 : 1;
    collector().note(both_ways_
                         ? "a bidirectional bandwidth is read as the time of one message each way"
                         : "a bandwidth is read as the time between messages of a stream");
  }

  NumberTable table_;
  bool both_ways_ = false;
  bool round_trip_ = false;
};

const Registration<MeasurementFormat> registration{log_format<PerftestReader>()};

}  // namespace
}  // namespace commsim::perftest
