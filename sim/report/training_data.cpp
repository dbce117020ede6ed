#include "sim/report/record_rows.hpp"
#include "sim/report/training_record.hpp"
#include "sim/report/training_report.hpp"

namespace commsim::training_data {
namespace {

class JsonReport : public TrainingReport {
 public:
  JsonReport(std::ostream& out, std::string version) : rows_(out, std::move(version)) {}

  void begin(const TrainingSet& set) override { rows_.begin(set.name); }
  void row(const TrainingPoint& point, const TrainingResult& result) override {
    rows_.row(training_record(point, result));
  }
  void end() override { rows_.end(); }

 private:
  JsonRows rows_;
};

class CsvReport : public TrainingReport {
 public:
  explicit CsvReport(std::ostream& out) : rows_(out) {}

  void begin(const TrainingSet& set) override { rows_.begin(set.name); }
  void row(const TrainingPoint& point, const TrainingResult& result) override {
    rows_.row(training_record(point, result));
  }
  void end() override {}

 private:
  CsvRows rows_;
};

}  // namespace
}  // namespace commsim::training_data

namespace commsim {

std::unique_ptr<TrainingReport> training_json(std::ostream& out, std::string version) {
  return std::make_unique<training_data::JsonReport>(out, std::move(version));
}

std::unique_ptr<TrainingReport> training_csv(std::ostream& out) {
  return std::make_unique<training_data::CsvReport>(out);
}

}  // namespace commsim
