// What measurements taught about one system: fitted tables of times, and where they come from.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "calibrate/fit/regime_fit.hpp"
#include "calibrate/measurements.hpp"
#include "calibrate/physics/physics.hpp"
#include "core/config_reader.hpp"

namespace commsim {

/// One collective on one set of ranks.
struct ProfileTable {
  std::string collective;  // commsim's name
  int ranks = 0;
  int nodes = 0;  // 0: not known
  std::string dtype;
  std::string algorithm;  // as the measurement calls it; empty: whatever the library chose
  std::string protocol;
  std::string source;  // file and line
  RegimeFit fit;

  /// "all_reduce on 16 ranks in 2 nodes", and what else is known.
  [[nodiscard]] std::string title() const;
};

/// Bytes given to a codec that were encoded, and came out of it, in a second.
struct CodecRate {
  std::string codec;
  Bandwidth encode;
  Bandwidth decode;
};

struct Profile {
  std::string name;
  std::vector<std::pair<std::string, std::string>> provenance;  // in the order of the file
  std::vector<ProfileTable> tables;
  std::optional<Physics> physics;  ///< for what has no table
  std::vector<CodecRate> codecs;   ///< measured on this hardware

  /// The table of a collective on so many ranks in so many nodes (0, here or in the table: any). Of
  /// several, those of the data type are taken if there are any. Throws RequestError with what
  /// there is if none fits, or more than one.
  [[nodiscard]] const ProfileTable& table(std::string_view collective, int ranks, int nodes,
                                          std::string_view dtype) const;
};

/// commsim's name of a data type (NCCL's half is fp16); any other word stays as it is.
std::string data_type_name(std::string_view printed);

/// What the rows of a run say, sizes ascending, repetitions at their median; without rows that the
/// benchmark itself found wrong.
std::vector<Measurement> measurements_of(const MeasuredRun& run);
/// "all_reduce on 16 ranks in 2 nodes", and what else the run says.
std::string title_of(const MeasuredRun& run);

struct FittedTables {
  std::vector<ProfileTable> tables;
  std::vector<std::string> notes;  // sentences on what was left out or stands out
};

/// Fits the runs of the measurements; those of the same thing (a benchmark that was repeated) count
/// as one. A run of a single size is left out, with a note. Throws RequestError for a run of which
/// collective or ranks are not known, naming the option that tells, and for runs that no scenario
/// could tell apart, as they differ in the GPU or the version.
FittedTables fit_tables(const std::vector<Measurements>& measurements,
                        const RegimeOptions& options = {});

/// Reads what profile_text() wrote, or somebody by hand. Errors go to the reader's diagnostics;
/// then the profile is not to be used.
Profile read_profile(ConfigReader& root);

}  // namespace commsim
