// Replaces a file as a whole: a reader sees the old text or the new, never a part.
#pragma once

#include <string>

namespace commsim::probe {

/// Writes beside it and renames. Throws OutputError, with the old file untouched, if it cannot.
void replace_file(const std::string& file, const std::string& text);

}  // namespace commsim::probe
