// How fast a GPU encodes and decodes, from the table that the probe's suite `codecs` writes.
#pragma once

#include <string>
#include <vector>

#include "calibrate/profile.hpp"
#include "core/text_file.hpp"

namespace commsim {

/// One such table.
struct CodecTable {
  std::string file;
  std::vector<CodecRate> rates;    ///< by name
  std::vector<std::string> notes;  ///< sentences on what was left out
};

/// Whether the header has the columns of codecs and none of collectives.
bool is_codec_table(const TextFile& file);

/// Reads size_bytes, dtype, operation (int8_encode, int8_decode), time_us_oop and wrong; other
/// columns do not matter. A codec is as fast as at the largest size at which both ways were
/// measured, repetitions at their median: smaller tensors say more of launching kernels. Rows with
/// wrong values are left out, and codecs of which one way is missing, both with a note. Throws
/// ConfigError at the cell for anything that cannot be, such as a codec that is none of `codecs`
/// and a type other than float32, and for a table without a codec.
CodecTable read_codec_table(const TextFile& file, const std::vector<std::string>& codecs);

}  // namespace commsim
