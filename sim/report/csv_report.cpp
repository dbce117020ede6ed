#include "sim/report/record.hpp"

namespace commsim {
namespace {

std::string quoted(std::string text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  for (auto at = text.find('"'); at != std::string::npos; at = text.find('"', at + 2)) {
    text.insert(at, 1, '"');
  }
  return '"' + text + '"';
}

class CsvReport : public Report {
 public:
  explicit CsvReport(std::ostream& out) : out_(out) {}

  void begin(const ScenarioSet& set) override { scenario_ = set.name; }
  void row(const ScenarioPoint& point, const CollectiveResult& result) override {
    const auto values = record(point, result);
    if (!header_written_) {
      out_ << "scenario";
      for (const auto& [key, value] : values.items()) out_ << ',' << key;
      out_ << '\n';
      header_written_ = true;
    }
    out_ << quoted(scenario_);
    for (const auto& [key, value] : values.items()) out_ << ',' << csv_cell(value);
    out_ << '\n' << std::flush;
  }
  void end() override {}

 private:
  std::ostream& out_;
  std::string scenario_;
  bool header_written_ = false;
};

}  // namespace

std::string csv_cell(const nlohmann::ordered_json& value) {
  if (value.is_null()) return "";
  return quoted(value.is_string() ? value.get<std::string>() : dumped(value));
}

std::unique_ptr<Report> csv_report(std::ostream& out) { return std::make_unique<CsvReport>(out); }

}  // namespace commsim
