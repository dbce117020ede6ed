// A profile from its YAML form.
#include <fmt/format.h>

#include "calibrate/physics/physics_reader.hpp"
#include "calibrate/profile.hpp"
#include "core/quantity_text.hpp"

namespace commsim {
namespace {

constexpr int kMostTableRanks = 1 << 24;

HockneyLine line_of(ConfigReader& section) {
  const auto bandwidth = section.bandwidth("bandwidth");
  const auto latency = section.duration("latency");
  return {.seconds_per_byte = bandwidth ? 1 / bandwidth->bytes_per_second() : 0,
          .seconds = latency ? seconds(*latency) : 0};
}

class TableReader {
 public:
  explicit TableReader(ConfigReader& section) : section_(section) {}

  std::optional<ProfileTable> read() {
    const auto text = [&](std::string_view key) { return section_.text(key).value_or(""); };
    ProfileTable table{
        .collective = section_.required("collective", section_.text("collective"), std::string()),
        .ranks = whole("ranks").value_or(0),
        .nodes = whole("nodes").value_or(0),
        .dtype = text("dtype"),
        .algorithm = text("algorithm"),
        .protocol = text("protocol"),
        .source = text("source"),
        .fit = {.regimes = {}, .curve = TimeCurve({{1, 1}}, {}, {}), .band = {}, .outliers = {}}};
    if (table.ranks == 0) section_.missing("ranks");
    if (!table.collective.empty() && collective_name(table.collective) != table.collective) {
      section_.error("collective", fmt::format("'{}' is no collective", table.collective));
    }
    read_regimes();
    read_times();
    table.fit.band = read_band();
    if (section_.failed() || knots_.empty() || regimes_.empty()) return std::nullopt;
    table.fit.curve = TimeCurve(knots_, regimes_.front().line, regimes_.back().line);
    table.fit.regimes = std::move(regimes_);
    return table;
  }

 private:
  std::optional<int> whole(std::string_view key) {
    const auto value = section_.whole(key, {.least = 1, .most = kMostTableRanks});
    return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
  }

  // The items of a list of maps, each read by `read`.
  template <typename Read>
  void each(std::string_view key, Read read) {
    const ConfigNode* list = section_.raw(key);
    if (list == nullptr) {
      section_.missing(key);
      return;
    }
    if (list->kind != ConfigNode::Kind::kSequence || list->items.empty()) {
      section_.error(key, "expected a list");
      return;
    }
    for (std::size_t i = 0; i < list->items.size(); ++i) {
      ConfigReader item(list->items[i], fmt::format("{}.{}.{}", section_.path(), key, i),
                        section_.context());
      read(item);
    }
  }

  void read_regimes() {
    each("regimes", [&](ConfigReader& item) {
      regimes_.push_back({.from = item.required("from", item.bytes("from"), Bytes{1}),
                          .to = item.required("to", item.bytes("to"), Bytes{1}),
                          .line = line_of(item),
                          .seconds_per_byte = {},
                          .seconds = {}});
      item.raw("bandwidth_95");
      item.raw("latency_95");
    });
  }

  void read_times() {
    each("times", [&](ConfigReader& item) {
      const Bytes size = item.required("size", item.bytes("size"), Bytes{1});
      const Duration time = item.required("time", item.duration("time"), Duration{1});
      const Knot knot{static_cast<double>(size.count()), seconds(time)};
      if (size == Bytes{0} || time == Duration{0}) {
        item.error("", "a size and a time are more than zero");
      } else if (!knots_.empty() && !ascends(knots_.back().bytes, knot.bytes)) {
        item.error("size", "sizes must ascend");
      } else if (!knots_.empty() && knot.seconds < knots_.back().seconds) {
        item.error("time", "times must not fall as sizes grow");
      } else {
        knots_.push_back(knot);
      }
    });
  }

  ErrorBand read_band() {
    ConfigReader error = section_.section("error");
    const auto factor = [&](std::string_view key) -> std::optional<double> {
      const auto part = error.number(key);
      if (!part) return std::nullopt;
      if (*part < 0 || *part > 1000) error.error(key, "expected a share such as 0.05");
      return 1 + *part;
    };
    return {.below_mebibyte = factor("below_1_mib"), .from_mebibyte = factor("from_1_mib")};
  }

  ConfigReader& section_;
  std::vector<Regime> regimes_;
  std::vector<Knot> knots_;
};

// A list of {codec, encode, decode}.
std::vector<CodecRate> read_codecs(ConfigReader& root) {
  const ConfigNode* list = root.raw("codecs");
  std::vector<CodecRate> rates;
  if (list == nullptr) return rates;
  if (list->kind != ConfigNode::Kind::kSequence) {
    root.error("codecs",
               "expected a list, such as [{codec: int8, encode: 1 GB/s, decode: 1 GB/s}]");
    return rates;
  }
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    ConfigReader section(list->items[i], fmt::format("codecs.{}", i), root.context());
    const auto codec = section.text("codec");
    const auto encode = section.bandwidth("encode");
    const auto decode = section.bandwidth("decode");
    if (!codec) section.missing("codec");
    if (!encode) section.missing("encode");
    if (!decode) section.missing("decode");
    if (codec && encode && decode) rates.push_back({*codec, *encode, *decode});
  }
  return rates;
}

}  // namespace

Profile read_profile(ConfigReader& root) {
  Profile profile;
  if (root.whole("version", {.least = 1, .most = 1}) != 1) root.missing("version");
  profile.name = root.required("profile", root.text("profile"), std::string("profile"));
  if (const ConfigNode* provenance = root.raw("provenance")) {
    for (const auto& [key, value] : provenance->map) {
      profile.provenance.emplace_back(key, value.scalar);
    }
  }
  const ConfigNode* physics = root.raw("physics");
  if (physics != nullptr) profile.physics = read_physics(root.section("physics"));
  profile.codecs = read_codecs(root);
  const ConfigNode* tables = root.raw("tables");
  if (tables == nullptr && (physics != nullptr || !profile.codecs.empty())) return profile;
  if (tables == nullptr || tables->kind != ConfigNode::Kind::kSequence || tables->items.empty()) {
    root.error("tables", "expected a list of fitted tables");
    return profile;
  }
  for (std::size_t i = 0; i < tables->items.size(); ++i) {
    ConfigReader section(tables->items[i], fmt::format("tables.{}", i), root.context());
    if (auto table = TableReader(section).read()) profile.tables.push_back(std::move(*table));
  }
  return profile;
}

}  // namespace commsim
