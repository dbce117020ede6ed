#include "sim/report/record.hpp"

namespace commsim {
namespace {

class JsonReport : public Report {
 public:
  JsonReport(std::ostream& out, std::string version) : out_(out), version_(std::move(version)) {}

  // The object is written by hand around the records, so that they can be printed as they come.
  void begin(const ScenarioSet& set) override {
    out_ << "{\"commsim\": " << dumped(version_) << ", \"scenario\": " << dumped(set.name)
         << ", \"results\": [";
    first_ = true;
    skipped_ = nlohmann::ordered_json::array();
    for (const RefusedAlgorithm& refused : set.skipped) {
      skipped_.push_back(refusal_record(refused));
    }
  }
  void row(const ScenarioPoint& point, const CollectiveResult& result) override {
    out_ << (first_ ? "\n" : ",\n") << dumped(record(point, result)) << std::flush;
    first_ = false;
  }
  void end() override { out_ << "\n], \"skipped\": " << dumped(skipped_) << "}\n" << std::flush; }

 private:
  std::ostream& out_;
  std::string version_;
  bool first_ = true;
  nlohmann::ordered_json skipped_;
};

}  // namespace

std::unique_ptr<Report> json_report(std::ostream& out, std::string version) {
  return std::make_unique<JsonReport>(out, std::move(version));
}

}  // namespace commsim
