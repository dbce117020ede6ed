// One result as named values: what JSON and CSV share.
#pragma once

#include <nlohmann/json.hpp>

#include "sim/report/report.hpp"

namespace commsim {

/// The keys of the stable output, in order; keys are only ever added. Times are in seconds, rates
/// in bytes per second; what is not known is null.
nlohmann::ordered_json record(const ScenarioPoint& point, const CollectiveResult& result);

/// {"algorithm", "reason"}.
nlohmann::ordered_json refusal_record(const RefusedAlgorithm& refused);

/// A value as JSON on one line. Bytes that are no UTF-8, as in the name of a file, become the
/// replacement character.
std::string dumped(const nlohmann::ordered_json& value);

/// A value as a cell of a CSV file, quoted where RFC 4180 wants it; null is empty.
std::string csv_cell(const nlohmann::ordered_json& value);

}  // namespace commsim
