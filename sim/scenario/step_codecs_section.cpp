#include "sim/scenario/step_codecs_section.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace commsim::step_codecs_section {
namespace {

// A kind of data, and a call that it makes: of those that reduce, if any does, since codecs must
// suit that too.
struct CodedData {
  std::string_view key;
  TrafficItem call;
};

CollectiveKind context_call(ContextMethod method) {
  return method == ContextMethod::kRing        ? CollectiveKind::kSendRecv
         : method == ContextMethod::kAllGather ? CollectiveKind::kReduceScatter
                                               : CollectiveKind::kAllToAll;
}

CodedData sums(Traffic traffic, std::int64_t ranks) {
  return {.key = to_text(traffic), .call = {.traffic = traffic, .ranks = ranks}};
}

CodedData sends(Traffic traffic, CollectiveKind collective, std::int64_t ranks) {
  return {.key = to_text(traffic),
          .call = {.traffic = traffic, .collective = collective, .ranks = ranks}};
}

std::array<CodedData, 8> beside_gradients(const Parallelism& p) {
  const std::int64_t sharded = p.zero == ZeroStage::kNone ? 1 : p.replicas();
  return {
      {{.key = "parameters", .call = {.collective = CollectiveKind::kAllGather, .ranks = sharded}},
       sums(Traffic::kTensor, p.tensor),
       sums(Traffic::kVocabulary, p.tensor),
       sends(Traffic::kPipeline, CollectiveKind::kSendRecv, p.pipeline),
       sends(Traffic::kContext, context_call(p.context_method), p.context),
       sends(Traffic::kExpert, CollectiveKind::kAllToAll, p.expert),
       sums(Traffic::kEmbedding, std::min<std::int64_t>(p.pipeline, 2)),
       sums(Traffic::kNorms, p.tensor)}};
}

ScenarioPoint call_of(const TrainingJob& job, const Profile* profile, const TrafficItem& item) {
  ScenarioPoint point{.run = job.network, .profile = profile};
  point.run.call.kind = item.collective;
  point.run.call.element = element_of(job.parallelism.precision, item);
  point.run.call.size = std::max(job.choices.bucket, 1_MiB);
  return point;
}

}  // namespace
}  // namespace commsim::step_codecs_section

namespace commsim {

using namespace step_codecs_section;

void read_step_codecs(ConfigReader& root, ConfigReader& section, CompressionSection& codecs,
                      const Profile* profile, TrainingJob& job) {
  StepCodecs& used = job.choices.codecs;
  const ScenarioPoint gradients = call_of(job, profile, {.traffic = Traffic::kData});
  const auto replicas = static_cast<int>(job.parallelism.replicas());
  const Compression* summed = codecs.read(root, "compression", gradients, replicas);
  if (summed != nullptr) used.traffic[Traffic::kData] = summed;
  ConfigReader own = section.section("compression");
  for (const CodedData& data : beside_gradients(job.parallelism)) {
    const ScenarioPoint point = call_of(job, profile, data.call);
    const Compression* codec = codecs.read(own, data.key, point, static_cast<int>(data.call.ranks));
    if (codec == nullptr || data.call.ranks < 2) continue;  // or nobody makes such calls
    if (data.call.traffic == Traffic::kData) {
      used.parameters = codec;
    } else {
      used.traffic[data.call.traffic] = codec;
    }
  }
}

}  // namespace commsim
