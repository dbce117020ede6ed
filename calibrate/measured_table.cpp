#include "calibrate/measured_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/tokenizer.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "core/diagnostics.hpp"
#include "core/error.hpp"
#include "core/quantity_text.hpp"

namespace commsim {
namespace {

std::vector<std::string> cells(const std::string& line) {
  const boost::tokenizer<boost::escaped_list_separator<char>> tokens(line);
  return {tokens.begin(), tokens.end()};
}

class Reader {
 public:
  explicit Reader(const std::filesystem::path& file) : name_(file.string()), stream_(file) {
    if (!stream_ || std::filesystem::is_directory(file)) {
      fail(fmt::format("cannot be opened: {}", std::filesystem::is_directory(file)
                                                   ? "it is a directory"
                                                   : std::strerror(errno)));
    }
  }

  std::map<Bytes, Duration> read() {
    std::map<Bytes, Duration> times;
    std::string line;
    std::size_t bytes = 0;
    while (std::getline(stream_, line)) {
      ++line_;
      bytes += line.size() + 1;
      if (bytes > kMostBytes) fail("the table is larger than 16 MiB");
      if (!line.empty() && line.back() == '\r') line.pop_back();
      if (line.empty() || line.front() == '#') continue;
      if (columns_ == 0) {
        read_header(line);
      } else {
        read_row(line, times);
      }
    }
    if (stream_.bad()) fail("it cannot be read to its end");
    if (times.empty()) fail("it has no measurements");
    return times;
  }

 private:
  static constexpr std::size_t kMostBytes = std::size_t{1} << 24U;

  void read_header(const std::string& line) {
    const auto names = split(line);
    columns_ = names.size();
    const auto column = [&](std::vector<std::string> accepted) {
      for (std::size_t i = 0; i < names.size(); ++i) {
        if (std::find(accepted.begin(), accepted.end(), names[i]) != accepted.end()) return i;
      }
      fail(fmt::format("the header has no column '{}'", accepted.front()));
    };
    size_column_ = column({"size_bytes"});
    time_column_ = column({"time_us", "time_us_oop"});
  }

  void read_row(const std::string& line, std::map<Bytes, Duration>& times) {
    const auto row = split(line);
    if (row.size() != columns_) {
      fail(fmt::format("{} cells, the header has {}", row.size(), columns_));
    }
    if (row[time_column_].empty()) return;  // not published
    try {
      const Bytes size = parse_bytes(row[size_column_] + " B");
      const Duration time = parse_duration(row[time_column_] + " us");
      if (time == Duration{0}) fail("a measured time is more than zero");
      if (!times.emplace(size, time).second) {
        fail(fmt::format("size {} stands twice", size.count()));
      }
    } catch (const RequestError& refusal) {
      fail(refusal.what());
    }
  }

  [[nodiscard]] std::vector<std::string> split(const std::string& line) const {
    try {
      return cells(line);
    } catch (const boost::escaped_list_error& broken) {
      fail(broken.what());
    }
  }

  [[noreturn]] void fail(std::string text) const {
    throw ConfigError({name_}, {{.mark = {.line = line_, .column = line_ > 0 ? 1 : 0},
                                 .path = "",
                                 .text = std::move(text)}});
  }

  std::string name_;
  std::ifstream stream_;
  int line_ = 0;
  std::size_t columns_ = 0;
  std::size_t size_column_ = 0;
  std::size_t time_column_ = 0;
};

}  // namespace

MeasuredTable MeasuredTable::read(const std::filesystem::path& file) {
  MeasuredTable table;
  table.times_ = Reader(file).read();
  return table;
}

std::optional<Duration> MeasuredTable::time(Bytes size) const {
  const auto place = times_.find(size);
  if (place == times_.end()) return std::nullopt;
  return place->second;
}

std::vector<Measurement> MeasuredTable::rows() const {
  std::vector<Measurement> rows;
  for (const auto& [size, time] : times_) rows.push_back({.size = size, .time = time});
  return rows;
}

}  // namespace commsim
