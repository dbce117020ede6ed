// How wrong predictions are, for people and for programs.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "calibrate/validation.hpp"

namespace commsim {

/// A table a validation, a line a size with a bar for the error, below them summaries (of all
/// sizes, below and from 1 MiB, by decade), the worst sizes and a plot; at the end the same of all
/// tables, or, of what several predict, a line for each of them, the best first.
void write_validations(std::ostream& out, const std::vector<Validation>& validations);

/// One object: {"commsim", "summary", "ranking", "validations": [{"title", "predictor", "rows",
/// "summary"}]}, as docs/calibration.md describes it.
void write_validations_json(std::ostream& out, const std::vector<Validation>& validations,
                            const std::string& version);

/// All rows of all of them.
std::vector<ValidationRow> pooled(const std::vector<Validation>& validations);

/// The rows by which the whole is judged: all of them; of what several predict, those of the best.
std::vector<ValidationRow> decisive(const std::vector<Validation>& validations);

}  // namespace commsim
