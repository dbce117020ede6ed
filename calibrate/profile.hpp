// What measurements taught about one system: fitted tables of times, and where they come from.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "calibrate/fit/regime_fit.hpp"
#include "calibrate/measurements.hpp"
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

struct Profile {
  std::string name;
  std::vector<std::pair<std::string, std::string>> provenance;  // in the order of the file
  std::vector<ProfileTable> tables;

  /// The table of a collective on so many ranks in so many nodes (0, here or in the table: any). Of
  /// several, those of the data type are taken if there are any. Throws RequestError with what
  /// there is if none fits, or more than one.
  [[nodiscard]] const ProfileTable& table(std::string_view collective, int ranks, int nodes,
                                          std::string_view dtype) const;
};

/// What the rows of a run say, sizes ascending, repetitions at their median.
std::vector<Measurement> measurements_of(const MeasuredRun& run);
/// "all_reduce on 16 ranks in 2 nodes", and what else the run says.
std::string title_of(const MeasuredRun& run);

/// Fits every run of the measurements. Throws RequestError for a run of which collective or ranks
/// are not known, naming the option that tells.
std::vector<ProfileTable> fit_tables(const Measurements& measurements,
                                     const RegimeOptions& options = {});

/// Reads what write_profile() wrote, or somebody by hand. Errors go to the reader's diagnostics;
/// then the profile is not to be used.
Profile read_profile(ConfigReader& root);

}  // namespace commsim
