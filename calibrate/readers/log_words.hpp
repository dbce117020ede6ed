// The words of a log's line without what launchers put in front of it.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/text_lines.hpp"

namespace commsim {

/// The words of the line, without colours, carriage returns and what launchers and loggers put in
/// front: "[1,0]<stdout>:" and "[node01:0]" (mpirun), "0:" and "worker-0:" (srun, pdsh),
/// "<stdout>:",
/// "[pod/x/y]" (kubectl), a time stamp ("2025-01-31T12:00:00Z", "2025-01-31 12:00:00,123"), and
/// after one a level ("INFO", "- root - INFO -"). Any number of these, in any order.
std::vector<Word> log_words(const TextLines& lines);

/// How many bytes of the line these take, with the blanks that follow them; 0 where there are none.
std::size_t log_prefix_length(const TextLines& lines);

/// What follows the last slash of a path, without quotes around it.
std::string_view program_of(std::string_view word);

}  // namespace commsim
