#include "sim/report/record.hpp"
#include "sim/report/record_rows.hpp"

namespace commsim {
namespace {

class JsonReport : public Report {
 public:
  JsonReport(std::ostream& out, std::string version) : rows_(out, std::move(version)) {}

  void begin(const ScenarioSet& set) override {
    rows_.begin(set.name);
    skipped_ = nlohmann::ordered_json::array();
    for (const RefusedAlgorithm& refused : set.skipped) {
      skipped_.push_back(refusal_record(refused));
    }
  }
  void row(const ScenarioPoint& point, const CollectiveResult& result) override {
    rows_.row(record(point, result));
  }
  void end() override { rows_.end({{"skipped", skipped_}}); }

 private:
  JsonRows rows_;
  nlohmann::ordered_json skipped_;
};

}  // namespace

std::unique_ptr<Report> json_report(std::ostream& out, std::string version) {
  return std::make_unique<JsonReport>(out, std::move(version));
}

}  // namespace commsim
