#include "sim/report/compression_report.hpp"

#include <fmt/format.h>

#include <cmath>
#include <initializer_list>
#include <set>

#include "sim/report/lost_text.hpp"
#include "sim/report/record.hpp"
#include "sim/report/text_table.hpp"

namespace commsim::compression_reports {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value && std::isfinite(static_cast<double>(*value)) ? Json(*value) : Json(nullptr);
}

Json speed(const std::optional<CodecSpeed>& speed, Bandwidth CodecSpeed::*way) {
  return speed ? Json(((*speed).*way).bytes_per_second()) : Json(nullptr);
}

Json record_of(const CompressionRow& row) {
  const Fidelity& fidelity = row.fidelity;
  Json json;
  json["codec"] = row.codec;
  json["tensor"] = row.tensor;
  json["rows"] = row.shape.rows;
  json["columns"] = row.shape.columns;
  json["elements"] = fidelity.elements;
  json["message_bytes"] = fidelity.message_bytes;
  json["ratio"] = or_null(fidelity.ratio);
  json["bits_per_element"] = or_null(fidelity.bits_per_element);
  json["entropy_bits_per_byte"] = or_null(fidelity.entropy);
  json["relative_error"] = or_null(fidelity.relative_error);
  json["cosine"] = or_null(fidelity.cosine);
  json["bias"] = or_null(fidelity.bias);
  json["largest_error"] = or_null(fidelity.largest_error);
  json["pruning_rate"] = or_null(fidelity.pruning_rate);
  json["precision"] = or_null(fidelity.precision);
  json["not_finite"] = fidelity.not_finite;
  json["hidden_overflows"] = fidelity.hidden_overflows;
  json["travels_by"] = row.travels;
  json["encode_Bps"] = speed(row.one_core, &CodecSpeed::encode);
  json["decode_Bps"] = speed(row.one_core, &CodecSpeed::decode);
  json["encode_all_cores_Bps"] = speed(row.all_cores, &CodecSpeed::encode);
  json["decode_all_cores_Bps"] = speed(row.all_cores, &CodecSpeed::decode);
  json["ranks"] = row.ranks;
  json["note"] = row.note ? Json(*row.note) : Json(nullptr);
  return json;
}

class TextCompression final : public CompressionReport {
 public:
  explicit TextCompression(std::ostream& out) : out_(out) {}

  void begin(const std::string& tensor, std::size_t widest_codec, bool timed) override {
    timed_ = timed;
    std::vector<TextColumn> columns{{.title = "codec", .width = widest_codec, .left = true}};
    const auto add = [&](std::size_t width, std::initializer_list<const char*> titles) {
      for (const char* title : titles) columns.push_back({.title = title, .width = width});
    };
    add(kWidth, {"ratio", "bits", "entropy"});
    add(kErrorWidth, {"error", "cosine", "bias", "largest"});
    add(kWidth, {"rho", "alpha"});
    if (timed) add(kSpeedWidth, {"encode", "decode", "encode all", "decode all"});
    columns.push_back({.title = "travels by", .left = true});
    table_ = TextTable(std::move(columns));
    out_ << tensor << "\n\n" << table_.header() << '\n' << std::flush;
  }

  void row(const CompressionRow& row) override {
    const Fidelity& f = row.fidelity;
    const auto share = [](const std::optional<double>& x) { return cell(x, "{:.3g}"); };
    const auto error = [&](const std::optional<double>& x, const char* format) {
      return finite(f) ? cell(x, format) : std::string(f.not_finite > 0 ? kNotFinite : kOverflow);
    };
    std::vector<std::string> cells{row.codec,
                                   cell(f.ratio, "{:.2f}"),
                                   cell(f.bits_per_element, "{:.3f}"),
                                   cell(f.entropy, "{:.2f}"),
                                   error(f.relative_error, "{:.3g}"),
                                   error(f.cosine, "{:.4f}"),
                                   error(f.bias, "{:.3g}"),
                                   error(f.largest_error, "{:.3g}"),
                                   share(f.pruning_rate),
                                   cell(f.precision, "{:.2f}")};
    if (timed_) {
      for (const auto& speed : {row.one_core, row.all_cores}) {
        cells.push_back(speed ? rate(speed->encode) : "-");
        cells.push_back(speed ? rate(speed->decode) : "-");
      }
    }
    cells.push_back(row.travels);
    out_ << table_.line(cells) << '\n' << std::flush;
    not_finite_ = not_finite_ || f.not_finite > 0;
    overflow_ = overflow_ || (f.not_finite == 0 && !finite(f));
    if (row.ranks > 1) {
      notes_.insert(fmt::format("int8_shared leaves room for the sum of {} ranks", row.ranks));
    }
    if (row.note) notes_.insert(*row.note);
  }

  void end() override {
    out_ << "\n  ratio: bytes in single precision / bytes of the message; bits: of an element on "
            "the wire;\n  entropy: of the bytes of the message, bits a byte; error: |y - x| / |x|; "
            "bias: sum of (y - x) / sum of |x|;\n  rho: part of the elements that is 0 afterwards; "
            "alpha: log2(32 / bits of a number that is sent)\n";
    if (timed_) out_ << "  encode, decode: GB/s of single precision on one core, and on all\n";
    if (not_finite_) out_ << "  " << kNotFinite << ": x holds NaN or infinity\n";
    if (overflow_) out_ << "  " << kOverflow << ": x is finite, but not all of y\n";
    for (const std::string& note : notes_) out_ << "  note: " << note << '\n';
    out_ << std::flush;
  }

 private:
  static constexpr std::size_t kWidth = 8;
  static constexpr const char* kNotFinite = "not finite";
  static constexpr std::size_t kErrorWidth = 10;
  static constexpr std::size_t kSpeedWidth = 6;

  // Figures of a tensor without elements are not defined either, but nothing of it is lost.
  static bool finite(const Fidelity& fidelity) {
    return fidelity.elements == 0 ||
           (fidelity.largest_error && std::isfinite(*fidelity.largest_error));
  }
  static std::string cell(const std::optional<double>& value, const char* format) {
    if (!value || !std::isfinite(*value)) return "-";
    std::string text = fmt::format(fmt::runtime(format), *value);
    const bool zero = text.find_first_of("123456789") == std::string::npos;
    if (zero && text.front() == '-') text.erase(0, 1);
    return text;
  }
  static std::string rate(Bandwidth bandwidth) {
    constexpr double kGiga = 1e9;
    return fmt::format("{:.2f}", bandwidth.bytes_per_second() / kGiga);
  }

  std::ostream& out_;
  TextTable table_{{}};
  bool timed_ = false;
  bool not_finite_ = false;
  bool overflow_ = false;
  std::set<std::string> notes_;
};

class JsonCompression final : public CompressionReport {
 public:
  explicit JsonCompression(std::ostream& out) : out_(out) {}
  void begin(const std::string& tensor, std::size_t /*widest*/, bool /*timed*/) override {
    out_ << "{\"tensor\": " << dumped(tensor) << ", \"rows\": [";
  }
  void row(const CompressionRow& row) override {
    out_ << (first_ ? "\n" : ",\n") << dumped(record_of(row)) << std::flush;
    first_ = false;
  }
  void end() override { out_ << "\n]}\n" << std::flush; }

 private:
  std::ostream& out_;
  bool first_ = true;
};

class CsvCompression final : public CompressionReport {
 public:
  explicit CsvCompression(std::ostream& out) : out_(out) {}
  void begin(const std::string& /*tensor*/, std::size_t /*widest*/, bool /*timed*/) override {}
  void row(const CompressionRow& row) override {
    const Json json = record_of(row);
    std::string keys;
    std::string cells;
    for (const auto& [key, value] : json.items()) {
      keys += fmt::format("{}{}", keys.empty() ? "" : ",", key);
      cells += fmt::format("{}{}", cells.empty() ? "" : ",", csv_cell(value));
    }
    if (first_) out_ << keys << '\n';
    first_ = false;
    out_ << cells << '\n' << std::flush;
  }
  void end() override {}

 private:
  std::ostream& out_;
  bool first_ = true;
};

}  // namespace
}  // namespace commsim::compression_reports

namespace commsim {

std::unique_ptr<CompressionReport> make_compression_report(const std::string& format,
                                                           std::ostream& out) {
  using namespace compression_reports;
  if (format == "json") return std::make_unique<JsonCompression>(out);
  if (format == "csv") return std::make_unique<CsvCompression>(out);
  return std::make_unique<TextCompression>(out);
}

}  // namespace commsim
