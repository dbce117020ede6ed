// Records as they come, one after another: what all reports in JSON and CSV have in common.
#pragma once

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

namespace commsim {

/// {"commsim": VERSION, "scenario": NAME, "results": [ROW, ...] ...}
class JsonRows {
 public:
  JsonRows(std::ostream& out, std::string version) : out_(out), version_(std::move(version)) {}

  void begin(const std::string& scenario);
  void row(const nlohmann::ordered_json& record);
  /// `more` are keys that follow the rows.
  void end(const nlohmann::ordered_json& more = nlohmann::ordered_json::object());

 private:
  std::ostream& out_;
  std::string version_;
  bool first_ = true;
};

/// A header with the keys of the first record, for all scenarios, and a line for each record.
class CsvRows {
 public:
  explicit CsvRows(std::ostream& out) : out_(out) {}

  void begin(const std::string& scenario) { scenario_ = scenario; }
  void row(const nlohmann::ordered_json& record);

 private:
  std::ostream& out_;
  std::string scenario_;
  bool header_written_ = false;
};

}  // namespace commsim
