#include "sim/scenario/result_archive.hpp"

#include <cereal/archives/portable_binary.hpp>
#include <cereal/types/chrono.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>
#include <sstream>

// What cereal looks for beside each type; one function writes and reads.
namespace commsim {

template <typename Archive>
std::int64_t save_minimal(const Archive& /*archive*/, const Bytes& size) {
  return size.count();
}
template <typename Archive>
void load_minimal(const Archive& /*archive*/, Bytes& size, const std::int64_t& count) {
  size = Bytes{count};
}
template <typename Archive>
void serialize(Archive& archive, LowerBound& bound) {
  archive(bound.time, bound.bandwidth, bound.latency, bound.reason);
}
template <typename Archive>
void serialize(Archive& archive, PathCost& path) {
  archive(path.transfer, path.latency, path.compute);
}
template <typename Archive>
void serialize(Archive& archive, Bottleneck& bottleneck) {
  archive(bottleneck.link, bottleneck.name, bottleneck.medium, bottleneck.busy);
}
template <typename Archive>
void serialize(Archive& archive, MediumLoad& load) {
  archive(load.medium, load.links, load.bytes);
}
template <typename Archive>
void serialize(Archive& archive, TimeRange& range) {
  archive(range.least, range.most);
}
template <typename Archive>
void serialize(Archive& archive, EstimatedWay& way) {
  archive(way.algorithm, way.protocol, way.channels, way.time);
}
template <typename Archive>
void serialize(Archive& archive, CodingTime& coding) {
  archive(coding.encode, coding.decode);
}
template <typename Archive>
void serialize(Archive& archive, CodedResult& coded) {
  archive(coded.ratio, coded.coding, coded.exposed, coded.plain, coded.feedback);
}
template <typename Archive>
void serialize(Archive& archive, Alternative& alternative) {
  archive(alternative.change, alternative.time);
}
template <typename Archive>
void serialize(Archive& archive, RefusedAlgorithm& refused) {
  archive(refused.algorithm, refused.reason);
}
template <typename Archive>
void serialize(Archive& archive, AlgorithmChoice& choice) {
  archive(choice.candidates, choice.refused);
}
template <typename Archive>
void serialize(Archive& archive, CollectiveResult& result) {
  archive(result.time, result.algbw, result.busbw, result.bound, result.messages, result.events,
          result.method, result.classes, result.sent, result.critical_path, result.waiting,
          result.bottleneck, result.media, result.warnings, result.likely, result.estimates,
          result.coded);
}

std::string packed(const SettledPoint& settled) {
  std::ostringstream out;
  cereal::PortableBinaryOutputArchive archive(out);
  const ScenarioPoint& point = settled.point;
  archive(point.algorithm, point.choice, point.like_measured, settled.result);
  return std::move(out).str();
}

SettledPoint unpacked(const std::string& bytes, const ScenarioPoint& asked) {
  std::istringstream in(bytes);
  cereal::PortableBinaryInputArchive archive(in);
  SettledPoint settled{asked, {}};
  ScenarioPoint& point = settled.point;
  archive(point.algorithm, point.choice, point.like_measured, settled.result);
  const bool chosen = asked.run.algorithm == nullptr && asked.model == nullptr;
  if (chosen) point.run = run_by(point.algorithm, asked.run);
  return settled;
}

}  // namespace commsim
