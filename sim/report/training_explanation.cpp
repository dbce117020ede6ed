#include "sim/report/training_explanation.hpp"

#include "sim/report/training_record.hpp"

namespace commsim::training_explanation {
namespace {

using Json = nlohmann::ordered_json;

Json links_record(const std::vector<MediumLoad>& media) {
  auto links = Json::object();
  for (const MediumLoad& load : media) {
    if (load.bytes == Bytes{0}) continue;
    links[load.medium] = {{"bytes", load.bytes.count()}, {"links", load.links}};
  }
  return links;
}

Json efficiencies_record(const GpuFleet& gpus, std::int64_t ranks) {
  auto all = Json::array();
  const std::vector<std::int64_t> counts = gpus.counts(ranks);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const Roofline& type = gpus.types()[i];
    all.push_back(
        {{"gpu", type.gpu->name}, {"count", counts[i]}, {"source", type.efficiency.source}});
  }
  return all;
}

Json alternatives_record(Duration time, const std::vector<Alternative>& alternatives) {
  auto all = Json::array();
  for (const Alternative& other : alternatives) {
    const double longer = time > Duration{0} ? seconds(other.time) / seconds(time) - 1 : 0;
    all.push_back({{"change", other.change}, {"time_s", seconds(other.time)}, {"longer", longer}});
  }
  return all;
}

}  // namespace
}  // namespace commsim::training_explanation

namespace commsim {

using namespace training_explanation;

void explain_step_json(std::ostream& out, const std::string& scenario, const TrainingPoint& point,
                       const TrainingResult& result, const std::vector<Alternative>& alternatives) {
  Json row = training_record(point, result);
  row["scenario"] = scenario;
  row["gpu_memory"] = result.memory.gpu->memory.count();
  row["links"] = links_record(result.media);
  row["efficiencies"] = efficiencies_record(point.job.gpus, result.gpus);
  row["alternatives"] = alternatives_record(result.time, alternatives);
  out << dumped(row) << '\n' << std::flush;
}

}  // namespace commsim
