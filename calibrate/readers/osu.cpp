// OSU micro-benchmarks: collectives by latency, and between two ranks latency and bandwidth.
#include <fmt/format.h>

#include <string>

#include "calibrate/readers/log_reader.hpp"
#include "calibrate/readers/number_table.hpp"

namespace commsim::osu {
namespace {

// "# OSU MPI-CUDA Allreduce Latency Test v7.5": what stands between the library and the measure.
struct Title {
  std::string name;  // "Allreduce", or the measure itself: "Latency", "Bandwidth"
  bool rate = false;
};

bool is_title(const std::vector<Word>& words) {
  return words.size() > 3 && words[0].text == "#" && words[1].text == "OSU" &&
         words[2].text != "Micro";
}

Title title_of(const std::vector<Word>& words) {
  Title title;
  for (std::size_t i = 3; i < words.size() && words[i].text != "Test"; ++i) {
    title.name += fmt::format("{}{}", title.name.empty() ? "" : " ", words[i].text);
  }
  title.rate = title.name.ends_with("Bandwidth");
  constexpr std::string_view kLatency = " Latency";
  if (title.name.ends_with(kLatency)) title.name.resize(title.name.size() - kLatency.size());
  return title;
}

// "# Size  Avg Latency(us)  Min Latency(us)  Iterations": a column has a unit, or is one of these.
std::size_t count_columns(const std::vector<Word>& words) {
  std::size_t columns = 1;
  for (const Word& word : words) {
    columns += word.text.find('(') != std::string_view::npos || word.text == "Iterations" ||
                       word.text == "Validation"
                   ? 1U
                   : 0U;
  }
  return columns;
}

class OsuReader final : public LogReader {
 public:
  static constexpr std::string_view kName = "osu";
  static constexpr std::string_view kSummary =
      "OSU micro-benchmarks: collectives, latency, bandwidth in one and both directions";
  static constexpr std::string_view kNeedle = "OSU";
  static bool is_mark(const std::vector<Word>& words) { return is_title(words); }

  OsuReader(const TextFile& file, const MeasurementHints& hints)
      : LogReader(file, hints, kName), table_(file, collector()) {}

 private:
  void read_line(const std::vector<Word>& words) override {
    if (is_title(words)) {
      title_ = title_of(words);
      dtype_.clear();
      table_.close();
    } else if (words.size() > 2 && words[0].text == "#" && words[1].text == "Datatype:") {
      dtype_ = words[2].text;
      while (!dtype_.empty() && dtype_.back() == '.') dtype_.pop_back();
    } else if (words.size() > 2 && words[0].text == "#" && words[1].text == "Size") {
      open_table(words);
    } else if (table_.is_open() && words.front().text.front() != '#') {
      table_.line(words);
    }
  }

  void open_table(const std::vector<Word>& words) {
    const std::string_view collective = collective_name(title_.name);
    table_.close();
    if (collective.empty()) {
      collector().note(fmt::format("the table of OSU's '{}' test is left out", title_.name));
      return;
    }
    MeasuredRun run{.collective = std::string(collective), .dtype = dtype_, .rows = {}};
    if (collective == "send_recv") run.ranks = 2;
    NumberColumns columns{.columns = count_columns(words), .value = 1};
    if (columns.columns < 2) {
      file().fail(words.front().offset, "the header has no column of times or rates");
    }
    if (title_.rate) {
      columns.rate = true;
      columns.unit = kMegabyte;
      columns.messages = title_.name.starts_with("Bi-") ? 2 : 1;
      collector().note(columns.messages > 1
                           ? "a bidirectional bandwidth is read as the time of one message each way"
                           : "a bandwidth is read as the time between messages of a stream");
    }
    table_.open(run, columns, size_is_per_rank(collective), words.front().offset);
  }

  NumberTable table_;
  Title title_;
  std::string dtype_;
};

const Registration<MeasurementFormat> registration{log_format<OsuReader>()};

}  // namespace
}  // namespace commsim::osu
