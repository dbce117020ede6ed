// Results of training steps for people and programs; byte-stable.
#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "sim/scenario/training_set.hpp"

namespace commsim {

/// Writes the results of one file as they come.
class TrainingReport {
 public:
  TrainingReport() = default;
  TrainingReport(const TrainingReport&) = delete;
  TrainingReport& operator=(const TrainingReport&) = delete;
  virtual ~TrainingReport() = default;
  virtual void begin(const TrainingSet& set) = 0;
  virtual void row(const TrainingPoint& point, const TrainingResult& result) = 0;
  virtual void end() = 0;
};

/// A table; of a single step, or of each if `details`, also where its time goes, what it sends and
/// what memory it takes.
std::unique_ptr<TrainingReport> training_text(std::ostream& out, bool details = false);
/// {"commsim": version, "scenario": name, "results": [...]}, one line a result.
std::unique_ptr<TrainingReport> training_json(std::ostream& out, std::string version);
/// A header line, once for all files, and a line a result.
std::unique_ptr<TrainingReport> training_csv(std::ostream& out);

/// The expectations of the file that a result does not meet, in words.
std::vector<std::string> unmet(const TrainingPoint& point, const TrainingResult& result);

}  // namespace commsim
