// One training step as a record, for JSON and CSV.
#pragma once

#include "sim/report/record.hpp"
#include "sim/scenario/training_set.hpp"

namespace commsim {

/// Keys are only ever added, at the end.
nlohmann::ordered_json training_record(const TrainingPoint& point, const TrainingResult& result);

/// An object with what is not nothing of these times, in seconds.
nlohmann::ordered_json activity_record(const ActivityTimes& times);

}  // namespace commsim
