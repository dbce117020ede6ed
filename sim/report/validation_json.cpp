#include <nlohmann/json.hpp>
#include <ostream>
#include <utility>

#include "sim/report/record.hpp"
#include "sim/report/validation_report.hpp"

namespace commsim::validation_json {
namespace {

nlohmann::ordered_json errors_record(const ErrorSummary& errors) {
  nlohmann::ordered_json record{{"rows", errors.rows},         {"median_abs_error", errors.median},
                                {"p90_abs_error", errors.p90}, {"p95_abs_error", errors.p95},
                                {"bias", errors.bias},         {"covered", nullptr}};
  if (errors.covered) record["covered"] = *errors.covered;
  return record;
}

nlohmann::ordered_json summary_record(const std::vector<ValidationRow>& rows) {
  nlohmann::ordered_json record = errors_record(summary_of(rows));
  for (const auto& [name, part] : {std::pair{"below_1_mib", below_mebibyte(rows)},
                                   std::pair{"from_1_mib", from_mebibyte(rows)}}) {
    record[name] = part.empty() ? nlohmann::ordered_json() : errors_record(summary_of(part));
  }
  record["by_size"] = nlohmann::ordered_json::array();
  for (const SizeDecade& decade : by_decade(rows)) {
    nlohmann::ordered_json entry{{"from", decade.from.count()}, {"to", decade.to.count()}};
    entry.update(errors_record(decade.errors));
    record["by_size"].push_back(std::move(entry));
  }
  return record;
}

nlohmann::ordered_json rows_record(const std::vector<ValidationRow>& rows) {
  auto list = nlohmann::ordered_json::array();
  for (const ValidationRow& row : rows) {
    list.push_back({{"bytes", row.size.count()},
                    {"measured_s", row.measured},
                    {"predicted_s", row.predicted},
                    {"error", row.error()}});
  }
  return list;
}

}  // namespace
}  // namespace commsim::validation_json

namespace commsim {

void write_validations_json(std::ostream& out, const std::vector<Validation>& validations,
                            const std::string& version) {
  using namespace validation_json;
  nlohmann::ordered_json record{{"commsim", version}};
  // One table needs no list around it.
  if (validations.size() == 1) record["rows"] = rows_record(validations.front().rows);
  record["summary"] = summary_record(decisive(validations));
  record["ranking"] = nlohmann::ordered_json::array();
  for (const RankedPredictor& entry : ranking(validations)) {
    record["ranking"].push_back(
        {{"predictor", entry.predictor}, {"summary", summary_record(entry.rows)}});
  }
  record["validations"] = nlohmann::ordered_json::array();
  for (const Validation& validation : validations) {
    record["validations"].push_back({{"title", validation.title},
                                     {"predictor", validation.predictor},
                                     {"rows", rows_record(validation.rows)},
                                     {"summary", summary_record(validation.rows)}});
  }
  out << dumped(record) << '\n';
}

}  // namespace commsim
