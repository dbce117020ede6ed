#include "calibrate/codec_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "calibrate/fit/statistics.hpp"
#include "calibrate/readers/csv_table.hpp"
#include "calibrate/readers/log_numbers.hpp"
#include "core/diagnostics.hpp"
#include "core/nearest_name.hpp"

namespace commsim::codec_tables {
namespace {

constexpr std::string_view kEncode = "_encode";
constexpr std::string_view kDecode = "_decode";
constexpr std::int64_t kElement = sizeof(float);

// Microseconds by size.
using Times = std::map<Bytes, std::vector<double>>;

struct Ways {
  Times encode;
  Times decode;
};

Bandwidth rate(Bytes size, const std::vector<double>& microseconds) {
  constexpr double kBits = 8;
  constexpr double kPerSecond = 1e6;
  const double bits = static_cast<double>(size.count()) * kBits / median(microseconds) * kPerSecond;
  return Bandwidth::bits_per_second(std::max<std::int64_t>(1, static_cast<std::int64_t>(bits)));
}

class Reader {
 public:
  Reader(const TextFile& file, const std::vector<std::string>& codecs)
      : file_(file),
        codecs_(codecs),
        table_(file),
        size_(column("size_bytes")),
        dtype_(column("dtype")),
        operation_(column("operation")),
        time_(column("time_us_oop")),
        wrong_(column("wrong")) {}

  CodecTable read() {
    while (table_.next()) read_row();
    CodecTable found{.file = file_.name, .rates = {}, .notes = {}};
    if (wrong_rows_ > 0) {
      found.notes.push_back(
          fmt::format("{}: {} rows with wrong values are left out", file_.name, wrong_rows_));
    }
    for (const auto& [codec, ways] : ways_) {
      if (auto one = rate_of(codec, ways)) {
        found.rates.push_back(std::move(*one));
      } else {
        found.notes.push_back(
            fmt::format("{}: no size of {} has both ways, and it is left out", file_.name, codec));
      }
    }
    if (found.rates.empty()) file_.fail("it has no codec of which both ways were measured");
    return found;
  }

 private:
  [[nodiscard]] std::size_t column(std::string_view name) const {
    const auto found = table_.column({name});
    if (!found) {
      file_.fail(table_.header_offset(), fmt::format("the header has no column '{}'", name));
    }
    return *found;
  }

  void read_row() {
    Times& times = times_of(table_.cell(operation_));
    const Bytes size = read_tensor_size();
    const Word type = table_.cell(dtype_);
    if (type.text != "float32") {
      file_.fail(type.offset, fmt::format("'{}': speeds of codecs are of float32", type.text));
    }
    const Word cell = table_.cell(time_);
    read_time(file_, cell, kPicosecondsPerMicrosecond);
    const double microseconds = read_number(file_, cell);
    constexpr double kMostBytesPerMicrosecond = 1e9;  // 8 Pb/s; bandwidths end at 10
    if (static_cast<double>(size.count()) > kMostBytesPerMicrosecond * microseconds) {
      file_.fail(cell.offset, fmt::format("{} bytes in {} us: no codec is as fast as that",
                                          size.count(), cell.text));
    }
    const Word wrong = table_.cell(wrong_);
    if (!wrong.text.empty() && read_number(file_, wrong) > 0) {
      ++wrong_rows_;
      return;
    }
    times[size].push_back(microseconds);
  }

  Bytes read_tensor_size() {
    const Word cell = table_.cell(size_);
    const Bytes size = read_size(file_, cell);
    if (size == Bytes{0} || size.count() % kElement != 0) {
      file_.fail(cell.offset,
                 fmt::format("a tensor of {} bytes: it has whole numbers of 4 bytes, one or more",
                             size.count()));
    }
    return size;
  }

  Times& times_of(Word operation) {
    std::string_view codec = operation.text;
    const bool encodes = codec.ends_with(kEncode);
    if (!encodes && !codec.ends_with(kDecode)) {
      file_.fail(operation.offset,
                 fmt::format("'{}' neither encodes nor decodes; expected a codec with {} or {}",
                             operation.text, kEncode, kDecode));
    }
    codec.remove_suffix(encodes ? kEncode.size() : kDecode.size());
    if (std::ranges::find(codecs_, codec) == codecs_.end()) {
      file_.fail(operation.offset,
                 fmt::format("unknown codec '{}'{}", codec, suggestion(codec, codecs_)));
    }
    Ways& ways = ways_[std::string(codec)];
    return encodes ? ways.encode : ways.decode;
  }

  static std::optional<CodecRate> rate_of(const std::string& codec, const Ways& ways) {
    for (auto place = ways.encode.rbegin(); place != ways.encode.rend(); ++place) {
      const auto& [size, times] = *place;
      const auto other = ways.decode.find(size);
      if (other == ways.decode.end()) continue;
      return CodecRate{codec, rate(size, times), rate(size, other->second)};
    }
    return std::nullopt;
  }

  const TextFile& file_;
  const std::vector<std::string>& codecs_;
  CsvTable table_;
  std::size_t size_;
  std::size_t dtype_;
  std::size_t operation_;
  std::size_t time_;
  std::size_t wrong_;
  std::map<std::string, Ways> ways_;
  int wrong_rows_ = 0;
};

}  // namespace
}  // namespace commsim::codec_tables

namespace commsim {

bool is_codec_table(const TextFile& file) {
  if (file.text.starts_with('{')) return false;  // JSON on one line would be a header of millions
  try {
    const CsvTable table(file);
    return table.column({"operation"}) && table.column({"moved_bytes"}) &&
           !table.column({"collective"});
  } catch (const ConfigError&) {
    return false;
  }
}

CodecTable read_codec_table(const TextFile& file, const std::vector<std::string>& codecs) {
  return codec_tables::Reader(file, codecs).read();
}

}  // namespace commsim
