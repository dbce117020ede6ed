// How wrong predictions are, for people and for programs.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "calibrate/validation.hpp"

namespace commsim {

/// A table a validation, a line a size with a bar for the error, and below them the summaries.
void write_validations(std::ostream& out, const std::vector<Validation>& validations);

/// One object: {"commsim", "validations": [{"title", "predictor", "rows", "summary"}], "summary"}.
void write_validations_json(std::ostream& out, const std::vector<Validation>& validations,
                            const std::string& version);

/// All rows of all of them.
std::vector<ValidationRow> pooled(const std::vector<Validation>& validations);

}  // namespace commsim
