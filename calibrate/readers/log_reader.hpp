// What the readers of logs share: going through the lines, finding the mark of a format,
// registering.
#pragma once

#include <string_view>
#include <vector>

#include "calibrate/readers/log_words.hpp"
#include "calibrate/readers/measurement_format.hpp"
#include "calibrate/readers/run_collector.hpp"
#include "core/text_lines.hpp"

namespace commsim {

/// Reads a log line by line; lines without words are passed over.
class LogReader {
 public:
  /// Both must outlive the reader.
  LogReader(const TextFile& file, const MeasurementHints& hints, std::string_view format)
      : file_(file), collector_(file, hints, std::string(format)) {}
  LogReader(const LogReader&) = delete;
  LogReader& operator=(const LogReader&) = delete;
  virtual ~LogReader() = default;

  /// Throws ConfigError. Once a reader.
  Measurements read();

 protected:
  /// A line's words, one or more, without prefixes of launchers.
  virtual void read_line(const std::vector<Word>& words) = 0;

  [[nodiscard]] const TextFile& file() const { return file_; }
  [[nodiscard]] RunCollector& collector() { return collector_; }
  [[nodiscard]] const RunCollector& collector() const { return collector_; }

 private:
  const TextFile& file_;
  RunCollector collector_;
};

/// Whether `is_mark` says yes of a line of the log that has `needle` in it, which is faster to
/// find.
bool has_marked_line(const TextFile& file, std::string_view needle,
                     bool (*is_mark)(const std::vector<Word>& words));

/// The format that a Reader reads. It is a LogReader with kName and kSummary for people, and
/// with is_mark(words), which knows a line that no other format has, by kNeedle among others.
template <typename Reader>
MeasurementFormat log_format() {
  return {.name = Reader::kName,
          .summary = Reader::kSummary,
          .fits =
              [](const TextFile& file) {
                return has_marked_line(file, Reader::kNeedle, &Reader::is_mark);
              },
          .read = [](const TextFile& file,
                     const MeasurementHints& hints) { return Reader(file, hints).read(); }};
}

}  // namespace commsim
