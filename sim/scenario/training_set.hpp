// A scenario file of training steps as typed values.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/config_reader.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/workload/step/training_run.hpp"

namespace commsim {

/// One point of a sweep.
struct TrainingPoint {
  TrainingJob job;
  /// The lists of the file and what they stand at here: key path and value.
  std::vector<std::pair<std::string, std::string>> choices;
  Expectation expect;
  std::size_t document = 0;  ///< of those that were appended to each other, which it is from
};

/// All points of one file, in order. Owns what they share: clusters, routes, codecs, and prices of
/// collectives, which are found out once.
struct TrainingSet {
  std::string name;
  std::vector<TrainingPoint> points;
  ScenarioSet shared;                        ///< its points are none
  std::deque<ScenarioSet> shared_by_others;  ///< of sets that were appended
  /// Choices that were left out, by the reason, and how many.
  std::map<std::string, std::int64_t> refused;
  std::map<std::string, std::string> examples;  ///< of each reason the first, in full
  std::uint64_t contents = 0;  ///< of the files that the scenario names (ReadingContext)
  std::unique_ptr<GroupPrices> prices = std::make_unique<GroupPrices>();
  std::size_t documents = 0;  ///< that were appended

  /// Clusters of all documents.
  [[nodiscard]] std::size_t clusters() const;
};

/// Puts the points of another document behind those that are there, with what they share; prices
/// are found out anew. Throws RequestError for more than kMostPoints together.
void append(TrainingSet& set, TrainingSet more);

/// Whether the file is about training: it has a section `training`.
bool is_training(const ConfigDocument& document);

/// Whether a job that cannot be (degrees that do not divide, memory that does not suffice) is an
/// error of the file, or one of many choices that is left out, perhaps until none is left.
enum class Illegal : std::uint8_t { kIsAnError, kIsLeftOut };

/// What a file may hold besides, read once with its root.
using MoreSections = std::function<void(ConfigReader& root)>;

/// Reads and builds everything, simulates nothing. Throws ConfigError with all that is wrong.
TrainingSet read_training(const ConfigDocument& document, const RunLimits* limits = nullptr,
                          Illegal illegal = Illegal::kIsAnError, const MoreSections& more = {});

}  // namespace commsim
