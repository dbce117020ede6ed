// The crossover map for programs: JSON and CSV, a line a cell as it comes.
#include "sim/report/crossover_report.hpp"
#include "sim/report/record.hpp"
#include "sim/report/record_rows.hpp"

namespace commsim {
namespace {

using Json = nlohmann::ordered_json;

Json cell_record(const CrossoverMap& map, const CrossoverColumn& column,
                 const CrossoverCell& cell) {
  const CrossoverCandidate& best = cell.candidates.front();
  const bool alone = cell.candidates.size() < 2;
  Json row;
  row["collective"] = collective(column.kind).name;
  row["axis"] = map.axis();
  row["value"] = column.value;
  row["ranks"] = column.ranks;
  row["servers"] = column.servers;
  row["bytes"] = cell.size.count();
  row["algorithm"] = best.name;
  row["time_s"] = seconds(best.time);
  row["runner_up"] = alone ? Json(nullptr) : Json(cell.candidates[1].name);
  row["runner_up_time_s"] = alone ? Json(nullptr) : Json(seconds(cell.candidates[1].time));
  row["candidates"] = Json::array();
  for (const CrossoverCandidate& candidate : cell.candidates) {
    row["candidates"].push_back(
        {{"algorithm", candidate.name}, {"time_s", seconds(candidate.time)}});
  }
  return row;
}

Json range_record(const CrossoverMap& map, const CrossoverColumn& column,
                  const CrossoverRange& range) {
  return {{"collective", collective(column.kind).name},
          {"axis", map.axis()},
          {"value", column.value},
          {"ranks", column.ranks},
          {"servers", column.servers},
          {"from_bytes", range.from.count()},
          {"to_bytes", range.to.count()},
          {"algorithm", range.name}};
}

class JsonCrossover : public CrossoverReport {
 public:
  JsonCrossover(std::ostream& out, std::string version) : out_(out), version_(std::move(version)) {}

  void begin(const ScenarioSet& set, const CrossoverMap& map) override {
    map_ = &map;
    out_ << "{\"commsim\": " << dumped(version_) << ", \"scenario\": " << dumped(set.name)
         << ", \"axis\": " << dumped(map.axis()) << ", \"cells\": [";
  }
  void cell(const CrossoverColumn& column, const CrossoverCell& cell) override {
    out_ << (first_ ? "\n" : ",\n") << dumped(cell_record(*map_, column, cell)) << std::flush;
    first_ = false;
  }
  void end(const ScenarioSet& set, const CrossoverMap& map) override {
    out_ << "\n], \"ranges\": [";
    const char* comma = "\n";
    for (const CrossoverColumn& column : map.columns()) {
      for (const CrossoverRange& range : ranges(column)) {
        out_ << comma << dumped(range_record(map, column, range));
        comma = ",\n";
      }
    }
    Json skipped = Json::array();
    for (const RefusedAlgorithm& refused : set.skipped) skipped.push_back(refusal_record(refused));
    out_ << "\n], \"skipped\": " << dumped(skipped) << "}\n" << std::flush;
  }

 private:
  std::ostream& out_;
  std::string version_;
  const CrossoverMap* map_ = nullptr;
  bool first_ = true;
};

class CsvCrossover : public CrossoverReport {
 public:
  explicit CsvCrossover(std::ostream& out) : rows_(out) {}

  void begin(const ScenarioSet& set, const CrossoverMap& map) override {
    rows_.begin(set.name);
    map_ = &map;
  }
  void cell(const CrossoverColumn& column, const CrossoverCell& cell) override {
    rows_.row(cell_record(*map_, column, cell));
  }
  void end(const ScenarioSet& /*set*/, const CrossoverMap& /*map*/) override {}

 private:
  CsvRows rows_;
  const CrossoverMap* map_ = nullptr;
};

}  // namespace

std::unique_ptr<CrossoverReport> json_crossover(std::ostream& out, std::string version) {
  return std::make_unique<JsonCrossover>(out, std::move(version));
}

std::unique_ptr<CrossoverReport> csv_crossover(std::ostream& out) {
  return std::make_unique<CsvCrossover>(out);
}

}  // namespace commsim
