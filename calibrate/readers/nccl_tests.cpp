// The tables that nccl-tests and rccl-tests print, of every layout since 2.0: columns are found by
// the names in the header line, and a row is read from its end, as the words before its first time
// vary.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>

#include "calibrate/readers/log_numbers.hpp"
#include "calibrate/readers/log_reader.hpp"
#include "calibrate/readers/nccl_facts.hpp"

namespace commsim::nccl_tests {
namespace {

constexpr std::array<std::string_view, 15> kTypes = {
    "int8",  "uint8", "char",   "int",      "int32",    "uint32", "int64", "uint64",
    "float", "half",  "double", "bfloat16", "fp8_e4m3", "f8e4m3", "f8e5m2"};

bool has(const std::vector<Word>& words, std::string_view name) {
  return std::any_of(words.begin(), words.end(), [&](Word word) { return word.text == name; });
}

bool is_header(const std::vector<Word>& words) {
  return words.front().text.front() == '#' && has(words, "algbw") && has(words, "busbw");
}

bool is_type(std::string_view word) {
  return std::find(kTypes.begin(), kTypes.end(), word) != kTypes.end() || word.starts_with("fp8");
}

// A broken number does not make a row noise, so one mark of two is enough.
bool looks_like_row(const std::vector<Word>& words) {
  return all_digits(words.front().text) || (words.size() > 2 && is_type(words[2].text));
}

// Where the columns of a half stand, counted from the first time.
struct Half {
  std::size_t time = 0;
  std::size_t algbw = 0;
  std::size_t busbw = 0;
  std::size_t check = 0;
};

struct Layout {
  std::size_t lead = 0;  // words before the first time
  std::size_t tail = 0;  // words from there on
  std::optional<std::size_t> type;
  std::optional<std::size_t> redop;
  bool counts_wrong = false;
  std::vector<Half> halves;  // out of place, in place
};

class NcclTestsReader final : public LogReader {
 public:
  static constexpr std::string_view kName = "nccl_tests";
  static constexpr std::string_view kSummary =
      "what nccl-tests and rccl-tests print, of any version since 2.0";
  static constexpr std::string_view kNeedle = "algbw";
  static bool is_mark(const std::vector<Word>& words) { return is_header(words); }

  NcclTestsReader(const TextFile& file, const MeasurementHints& hints)
      : LogReader(file, hints, kName) {}

 private:
  void read_line(const std::vector<Word>& words) override {
    if (is_header(words)) {
      open_table(words);
    } else if (words.front().text.front() == '#') {
      if (has(words, "Avg") || has(words, "Out") || has(words, "concluded:")) end_table();
      if (!has(words, "concluded:")) facts_.line(words);
    } else if (in_table_ && looks_like_row(words)) {
      if (!skipped_) read_row(words);
    } else if (!in_table_ && words.size() > 6 && all_digits(words[0].text) &&
               all_digits(words[1].text) && is_type(words[2].text)) {
      file().fail(words.front().offset, "a row of a table has no header line above it");
    } else {
      facts_.line(words);
    }
  }

  void open_table(const std::vector<Word>& header) {
    layout_ = layout_of(header);
    in_table_ = true;
    run_.reset();
    skipped_ = !facts_.unknown_program().empty();
    if (skipped_) {
      collector().note(fmt::format("the table of {}, which is none of the collectives, is left out",
                                   facts_.unknown_program()));
    }
    if (facts_.every_rank_is_zero()) {
      collector().note("every process says that it is rank 0: nccl-tests was built without MPI");
    }
    known_ = facts_.table();
  }

  void end_table() {
    if (in_table_) facts_.table_ended();
    in_table_ = false;
  }

  void refuse_other_times(const Word& word) const {
    if (word.text == "cputime") {
      file().fail(word.offset, "these are times of the CPU alone (-C 1), not of the collective");
    }
    if (word.text == "bytes") {
      file().fail(word.offset, "this is a table of before nccl-tests 2.0, without a unit of time");
    }
  }

  [[nodiscard]] static bool is_complete(const Layout& layout) {
    return !layout.halves.empty() && layout.halves.size() <= 2 && layout.lead >= 2 &&
           std::all_of(layout.halves.begin(), layout.halves.end(), [](const Half& half) {
             return half.time < half.algbw && half.algbw < half.busbw && half.busbw < half.check;
           });
  }

  // Notes that the column `place` of the last half has this name.
  static void put_in_half(Layout& layout, std::string_view name, std::size_t place) {
    Half& half = layout.halves.back();
    if (name == "algbw") half.algbw = place;
    if (name == "busbw") half.busbw = place;
    if (name == "#wrong" || name == "error") half.check = place;
    if (name == "#wrong") layout.counts_wrong = true;
  }

  [[nodiscard]] Layout layout_of(const std::vector<Word>& header) const {
    Layout layout;
    std::size_t column = 0;
    for (const Word& word : header) {
      const std::string_view name = word.text;
      if (name == "#") continue;
      refuse_other_times(word);
      if (name == "time") {
        if (layout.halves.empty()) layout.lead = column;
        layout.halves.push_back({.time = column - layout.lead});
      }
      if (name == "type") layout.type = column;
      if (name == "redop") layout.redop = column;
      if (!layout.halves.empty()) put_in_half(layout, name, column - layout.lead);
      column += name == "timestamp" ? 2U : 1U;  // a date and a time
    }
    layout.tail = column - layout.lead;
    if (!is_complete(layout)) {
      file().fail(header.front().offset,
                  "the header does not name size, count, time, algbw, busbw and #wrong in order");
    }
    return layout;
  }

  void read_row(const std::vector<Word>& words) {
    const std::size_t lead = words.size() - std::min(words.size(), layout_.tail);
    // Some versions head a column for the operation and print none.
    if (lead != layout_.lead && !(layout_.redop && lead + 1 == layout_.lead && lead > 2)) {
      file().fail(words.front().offset, fmt::format("{} columns, the header has {}", words.size(),
                                                    layout_.lead + layout_.tail));
    }
    MeasuredRow row{.size = read_size(file(), words[0])};
    read_size(file(), words[1]);
    const bool typed = layout_.type && *layout_.type < lead;
    const std::string_view type = typed ? words[*layout_.type].text : std::string_view{};
    if (typed && !is_type(type)) {
      file().fail(words[*layout_.type].offset, fmt::format("'{}' is no type of data", type));
    }
    const bool reduces = layout_.redop && lead == layout_.lead;
    const std::string_view redop = reduces ? words[*layout_.redop].text : std::string_view{};
    open_run(words.front().offset, type, redop);
    for (std::size_t i = 0; i < layout_.halves.size(); ++i) {
      const Duration time = read_half(words, lead, layout_.halves[i], type, row);
      if (i == 0) row.time = time;
      if (i == 1) row.in_place = time;
    }
    collector().add(*run_, row, words.front().offset);
  }

  // A table with -d all or -o all is a run for each type and operation.
  void open_run(std::size_t offset, std::string_view type, std::string_view redop) {
    if (run_ && collector().run(*run_).dtype == type &&
        same_reduction(collector().run(*run_).redop, redop)) {
      return;
    }
    MeasuredRun run = known_;
    run.dtype = type;
    run.redop = redop;
    run_ = collector().open(std::move(run), offset);
  }

  Duration read_half(const std::vector<Word>& words, std::size_t lead, const Half& half,
                     std::string_view type, MeasuredRow& row) {
    const Word check = words[lead + half.check];
    const Duration time = read_time(file(), words[lead + half.time], kPicosecondsPerMicrosecond);
    const double algbw = read_number(file(), words[lead + half.algbw]);
    const double busbw = read_number(file(), words[lead + half.busbw]);
    refuse_other_collective(words[lead + half.busbw], algbw, busbw);
    if (check.text != "N/A") {
      row.wrong = row.wrong || is_wrong(read_number(file(), check), layout_.counts_wrong, type);
    }
    return time;
  }

  // The two bandwidths betray a wrong name, or a wrong number of ranks, where they have digits.
  void refuse_other_collective(Word word, double algbw, double busbw) const {
    const MeasuredRun& run = collector().run(*run_);
    constexpr double kEnough = 10;
    constexpr double kTolerance = 0.01;
    if (algbw < kEnough || run.collective.empty() || run.ranks == 0) return;
    const double factor = bus_factor(run.collective, run.ranks);
    if (std::abs(busbw / algbw - factor) <= kTolerance) return;
    file().fail(word.offset, fmt::format("busbw is {:.3f} of algbw, but {:.3f} for {} of {} ranks",
                                         busbw / algbw, factor, run.collective, run.ranks));
  }

  NcclFacts facts_;
  MeasuredRun known_;
  Layout layout_;
  std::optional<std::size_t> run_;
  bool in_table_ = false;
  bool skipped_ = false;
};

const Registration<MeasurementFormat> registration{log_format<NcclTestsReader>()};

}  // namespace
}  // namespace commsim::nccl_tests
