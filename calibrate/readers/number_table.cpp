#include "calibrate/readers/number_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace commsim {
namespace {

constexpr std::int64_t kMostSize = INT64_MAX;

}  // namespace

void NumberTable::open(const MeasuredRun& facts, const NumberColumns& columns, bool per_rank,
                       std::size_t offset) {
  run_ = collector_.open(facts, offset);
  const MeasuredRun& run = collector_.run(run_);
  columns_ = columns;
  parts_ = 1;
  if (per_rank) {
    if (run.ranks == 0) {
      file_.fail(offset, fmt::format("the sizes of {} are those of one rank's part, and the text "
                                     "does not say how many ranks there are; give their number",
                                     run.collective));
    }
    parts_ = run.ranks;
  }
  open_ = true;
}

bool NumberTable::looks_like_row(const std::vector<Word>& words) const {
  const auto numbers = std::count_if(words.begin(), words.end(), [](Word word) {
    return word.text.find_first_not_of("0123456789.") == std::string_view::npos;
  });
  return all_digits(words.front().text) || (words.size() == columns_.columns &&
                                            static_cast<std::size_t>(numbers) + 1 >= words.size());
}

void NumberTable::line(const std::vector<Word>& words) {
  if (!looks_like_row(words)) return;
  if (words.size() != columns_.columns) {
    file_.fail(words.front().offset,
               fmt::format("{} columns, the header has {}", words.size(), columns_.columns));
  }
  MeasuredRow row{.size = read_size(file_, words.front())};
  const Word value = words[columns_.value];
  if (columns_.rate && row.size > Bytes{0}) {
    const double bytes = static_cast<double>(row.size.count()) * columns_.messages;
    row.time = read_rate(file_, value, bytes, columns_.unit);
    row.derived = true;
  } else if (row.size > Bytes{0}) {
    row.time = read_time(file_, value, columns_.unit);
  } else {
    read_number(file_, value);
  }
  if (row.size.count() > kMostSize / parts_) {
    file_.fail(words.front().offset, "the size times the number of ranks is too large");
  }
  row.size = row.size * parts_;
  collector_.add(run_, row, words.front().offset);
}

bool size_is_per_rank(std::string_view collective) {
  return collective == "all_gather" || collective == "all_to_all" || collective == "gather" ||
         collective == "scatter";
}

}  // namespace commsim
