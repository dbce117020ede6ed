// The words of a log's line without what launchers put in front of it.
#pragma once

#include <string_view>
#include <vector>

#include "core/text_lines.hpp"

namespace commsim {

/// The words of the line, without colours, carriage returns and any prefix of mpirun
/// ("[1,0]<stdout>:"), srun ("0:"), kubectl ("[pod/x/y]") or a time stamp ("2025-01-31T12:00:00Z").
std::vector<Word> log_words(const TextLines& lines);

/// What follows the last slash of a path, without quotes around it.
std::string_view program_of(std::string_view word);

}  // namespace commsim
