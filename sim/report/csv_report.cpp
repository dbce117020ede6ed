#include "sim/report/record.hpp"
#include "sim/report/record_rows.hpp"

namespace commsim {
namespace {

class CsvReport : public Report {
 public:
  explicit CsvReport(std::ostream& out) : rows_(out) {}

  void begin(const ScenarioSet& set) override { rows_.begin(set.name); }
  void row(const ScenarioPoint& point, const CollectiveResult& result) override {
    rows_.row(record(point, result));
  }
  void end() override {}

 private:
  CsvRows rows_;
};

}  // namespace

std::unique_ptr<Report> csv_report(std::ostream& out) { return std::make_unique<CsvReport>(out); }

}  // namespace commsim
