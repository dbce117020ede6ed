// Who sends how much to whom in an all_to_all, from the section or from a CSV file.
#pragma once

#include <vector>

#include "core/config_reader.hpp"
#include "core/text_file.hpp"

namespace commsim {

/// Row r holds what rank r sends to each rank.
using TrafficMatrix = std::vector<std::vector<Bytes>>;

/// The key `matrix`: a list of rows, each a list of sizes (`0` needs no unit), or {file: NAME} with
/// a file as below. Square, with at most 4096 rows and at most 1 PiB in each row and column. Empty
/// if it is absent or wrong, which is reported.
TrafficMatrix read_traffic_matrix(ConfigReader& section);

/// Lines of byte counts with commas between them, a line a row; lines that are empty or start with
/// '#' are skipped. Throws ConfigError at the place of what is wrong. O(cells).
TrafficMatrix parse_traffic_matrix(const TextFile& file);

}  // namespace commsim
