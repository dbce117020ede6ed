// The JSON file that nccl-tests writes with -J (src/util.cu there, file version 2).
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>

#include "calibrate/readers/log_numbers.hpp"
#include "calibrate/readers/measurement_format.hpp"
#include "calibrate/readers/nccl_facts.hpp"
#include "calibrate/readers/run_collector.hpp"
#include "core/text_lines.hpp"

namespace commsim::nccl_tests_json {
namespace {

using Json = nlohmann::json;

constexpr int kMostDepth = 16;
constexpr std::int64_t kMostRanks = 1 << 24;

// The file has no line ends, so the place of a row is that of its "size".
class RowPlaces {
 public:
  explicit RowPlaces(const TextFile& file) : text_(file.text), at_(text_.find("\"results\"")) {
    at_ = at_ == std::string_view::npos ? 0 : at_;
  }
  std::size_t next() {
    const auto found = text_.find("\"size\"", at_ + 1);
    if (found != std::string_view::npos) at_ = found;
    return at_;
  }

 private:
  std::string_view text_;
  std::size_t at_;
};

class JsonReader {
 public:
  JsonReader(const TextFile& file, const MeasurementHints& hints)
      : file_(file), collector_(file, hints, "nccl_tests_json") {}

  Measurements read() {
    const Json root = parse();
    if (!root.is_object() || !root.contains("results") || !root["results"].is_array()) {
      file_.fail("it has no list 'results', as nccl-tests writes it");
    }
    RowPlaces places(file_);
    const MeasuredRun known = facts(root);
    for (const Json& row : root["results"]) read_row(row, known, places.next());
    return std::move(collector_).finish();
  }

 private:
  [[nodiscard]] Json parse() const {
    // Depth costs memory that the size of the file does not bound well.
    const auto shallow = [&](int depth, Json::parse_event_t, Json&) {
      if (depth > kMostDepth) file_.fail(fmt::format("it is nested deeper than {}", kMostDepth));
      return true;
    };
    try {
      return Json::parse(file_.text, shallow);
    } catch (const Json::parse_error& error) {
      file_.fail(error.byte > 0 ? error.byte - 1 : 0, "this is no JSON, or its end is missing");
    } catch (const Json::out_of_range&) {
      file_.fail("a number in it is larger than any double");
    }
  }

  static std::string text(const Json& object, const char* key) {
    const auto place = object.find(key);
    return place != object.end() && place->is_string() ? place->get<std::string>() : std::string();
  }

  [[nodiscard]] int count(const Json& object, const char* key) const {
    const auto place = object.find(key);
    if (place == object.end()) return 0;
    if (!place->is_number_integer() || *place < 0 || *place > kMostRanks) {
      file_.fail(fmt::format("'{}' is no whole number from 0 to {}", key, kMostRanks));
    }
    return place->get<int>();
  }

  [[nodiscard]] MeasuredRun facts(const Json& root) const {
    MeasuredRun run;
    run.version = nccl_version_text(count(root, "nccl_version"));
    const Json args = root.value("args", Json::array());
    if (args.is_array() && !args.empty() && args[0].is_string()) {
      run.collective = collective_name(args[0].get<std::string>());
    }
    const Json environment = root.value("env", Json::array());
    for (const Json& variable : environment) {
      if (!variable.is_string()) continue;
      const auto setting = variable.get<std::string>();
      if (setting.starts_with("NCCL_ALGO=")) run.algorithm = setting.substr(10);
      if (setting.starts_with("NCCL_PROTO=")) run.protocol = setting.substr(11);
    }
    if (root.contains("config") && root["config"].is_object()) devices(root["config"], run);
    return run;
  }

  // Each process lists only the first of its GPUs.
  void devices(const Json& config, MeasuredRun& run) const {
    const auto list = config.find("devices");
    if (list == config.end() || !list->is_array()) return;
    std::set<std::string> hosts;
    for (const Json& device : *list) {
      if (!device.is_object()) file_.fail("'devices' is a list of objects");
      hosts.insert(text(device, "hostname"));
      if (run.device.empty()) run.device = text(device, "device_info");
    }
    const std::int64_t threads = std::max(1, count(config, "nthreads"));
    const std::int64_t gpus = std::max(1, count(config, "ngpus"));
    const std::int64_t processes = std::ssize(*list);
    if (threads > kMostRanks / gpus || processes > kMostRanks / (threads * gpus)) {
      file_.fail(fmt::format("there are more than {} ranks", kMostRanks));
    }
    run.ranks = static_cast<int>(processes * threads * gpus);
    run.nodes = static_cast<int>(hosts.size());
  }

  void read_row(const Json& row, const MeasuredRun& known, std::size_t offset) {
    if (!row.is_object()) file_.fail(offset, "a result is an object");
    const auto size = row.find("size");
    if (size == row.end() || !size->is_number_unsigned() ||
        size->get<std::uint64_t>() > (std::uint64_t{1} << 62U)) {
      file_.fail(offset, "'size' is no whole number of bytes");
    }
    const std::string type = text(row, "type");
    const std::string redop = text(row, "redop");
    if (!open_ || collector_.run(run_).dtype != type ||
        !same_reduction(collector_.run(run_).redop, redop)) {
      MeasuredRun run = known;
      if (run.collective.empty()) run.collective = collective_name(text(row, "experiment_name"));
      run.dtype = type;
      run.redop = redop;
      run_ = collector_.open(std::move(run), offset);
      open_ = true;
    }
    MeasuredRow result{.size = Bytes{size->get<std::int64_t>()}};
    const auto out = read_half(row, "out_of_place", offset, result.wrong);
    result.in_place = read_half(row, "in_place", offset, result.wrong);
    if (!out && !result.in_place) file_.fail(offset, "a result has no time");
    result.time = out ? *out : *result.in_place;
    collector_.add(run_, result, offset);
  }

  [[nodiscard]] std::optional<Duration> read_half(const Json& row, const char* key,
                                                  std::size_t offset, bool& wrong) const {
    const auto half = row.find(key);
    if (half == row.end() || half->is_null()) return std::nullopt;
    if (!half->is_object()) file_.fail(offset, fmt::format("'{}' is no object", key));
    if (half->contains("cpu_time")) {
      file_.fail(offset, "these are times of the CPU alone (-C 1), not of the collective");
    }
    const auto time = half->find("time");
    if (time == half->end() || !time->is_number()) {
      file_.fail(offset, fmt::format("the time '{}' is no number", key));
    }
    const auto bad = half->find("nwrong");
    if (bad != half->end() && !bad->is_null() && !bad->is_number()) {
      file_.fail(offset, fmt::format("'nwrong' of '{}' is no number", key));
    }
    wrong = wrong || (bad != half->end() && bad->is_number() && bad->get<double>() > 0);
    const std::string digits = fmt::format("{}", time->get<double>());
    return read_time(file_, {.text = digits, .offset = offset}, kPicosecondsPerMicrosecond);
  }

  const TextFile& file_;
  RunCollector collector_;
  std::size_t run_ = 0;
  bool open_ = false;
};

bool fits(const TextFile& file) {
  const auto first = file.text.find_first_not_of(" \t\r\n");
  return first != std::string::npos && file.text[first] == '{' &&
         file.text.find("\"results\"") != std::string::npos;
}

Measurements read(const TextFile& file, const MeasurementHints& hints) {
  return JsonReader(file, hints).read();
}

const Registration<MeasurementFormat> registration{
    {.name = "nccl_tests_json",
     .summary = "the file that nccl-tests writes with -J",
     .fits = fits,
     .read = read}};

}  // namespace
}  // namespace commsim::nccl_tests_json
