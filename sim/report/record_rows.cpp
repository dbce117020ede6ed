#include "sim/report/record_rows.hpp"

#include "sim/report/record.hpp"

namespace commsim::record_rows {
namespace {

std::string quoted(std::string text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  for (auto at = text.find('"'); at != std::string::npos; at = text.find('"', at + 2)) {
    text.insert(at, 1, '"');
  }
  return '"' + text + '"';
}

}  // namespace
}  // namespace commsim::record_rows

namespace commsim {

std::string csv_cell(const nlohmann::ordered_json& value) {
  if (value.is_null()) return "";
  return record_rows::quoted(value.is_string() ? value.get<std::string>() : dumped(value));
}

// The object is written by hand around the records, so that they can be printed as they come.
void JsonRows::begin(const std::string& scenario) {
  out_ << "{\"commsim\": " << dumped(version_) << ", \"scenario\": " << dumped(scenario)
       << ", \"results\": [";
  first_ = true;
}

void JsonRows::row(const nlohmann::ordered_json& record) {
  out_ << (first_ ? "\n" : ",\n") << dumped(record) << std::flush;
  first_ = false;
}

void JsonRows::end(const nlohmann::ordered_json& more) {
  out_ << "\n]";
  for (const auto& [key, value] : more.items())
    out_ << ", " << dumped(key) << ": " << dumped(value);
  out_ << "}\n" << std::flush;
}

void CsvRows::row(const nlohmann::ordered_json& record) {
  if (!header_written_) {
    out_ << "scenario";
    for (const auto& [key, value] : record.items()) out_ << ',' << key;
    out_ << '\n';
    header_written_ = true;
  }
  out_ << csv_cell(scenario_);
  for (const auto& [key, value] : record.items()) out_ << ',' << csv_cell(value);
  out_ << '\n' << std::flush;
}

}  // namespace commsim
