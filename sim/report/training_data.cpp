#include "sim/report/training_record.hpp"
#include "sim/report/training_report.hpp"

namespace commsim::training_data {
namespace {

class JsonReport : public TrainingReport {
 public:
  JsonReport(std::ostream& out, std::string version) : out_(out), version_(std::move(version)) {}

  // The object is written by hand around the records, so that they can be printed as they come.
  void begin(const TrainingSet& set) override {
    out_ << "{\"commsim\": " << dumped(version_) << ", \"scenario\": " << dumped(set.name)
         << ", \"results\": [";
    first_ = true;
  }
  void row(const TrainingPoint& point, const TrainingResult& result) override {
    out_ << (first_ ? "\n" : ",\n") << dumped(training_record(point, result)) << std::flush;
    first_ = false;
  }
  void end() override { out_ << "\n]}\n" << std::flush; }

 private:
  std::ostream& out_;
  std::string version_;
  bool first_ = true;
};

class CsvReport : public TrainingReport {
 public:
  explicit CsvReport(std::ostream& out) : out_(out) {}

  void begin(const TrainingSet& set) override { scenario_ = set.name; }
  void row(const TrainingPoint& point, const TrainingResult& result) override {
    const auto values = training_record(point, result);
    if (!header_written_) {
      out_ << "scenario";
      for (const auto& [key, value] : values.items()) out_ << ',' << key;
      out_ << '\n';
      header_written_ = true;
    }
    out_ << csv_cell(scenario_);
    for (const auto& [key, value] : values.items()) out_ << ',' << csv_cell(value);
    out_ << '\n' << std::flush;
  }
  void end() override {}

 private:
  std::ostream& out_;
  std::string scenario_;
  bool header_written_ = false;
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
