#include "sim/workload/step/step_codecs.hpp"

#include <algorithm>

namespace commsim::step_codecs {
namespace {

bool gathers_parameters(const TrafficItem& call) {
  return call.traffic == Traffic::kData && call.collective == CollectiveKind::kAllGather;
}

// Summed once a step, in the width of gradients.
bool sums_gradients(Traffic traffic) {
  return traffic == Traffic::kData || traffic == Traffic::kEmbedding || traffic == Traffic::kNorms;
}

}  // namespace
}  // namespace commsim::step_codecs

namespace commsim {

std::vector<std::pair<std::string_view, const Compression*>> StepCodecs::all() const {
  std::vector<std::pair<std::string_view, const Compression*>> used;
  for (const auto& [kind, codec] : traffic) used.emplace_back(to_text(kind), codec);
  if (parameters != nullptr) used.emplace_back("parameters", parameters);
  return used;
}

const Compression* codec_of(const StepCodecs& codecs, const TrafficItem& call) {
  if (step_codecs::gathers_parameters(call)) return codecs.parameters;
  const auto place = codecs.traffic.find(call.traffic);
  return place == codecs.traffic.end() ? nullptr : place->second;
}

Bytes element_of(const Precision& precision, const TrafficItem& call) {
  const std::int64_t width = step_codecs::gathers_parameters(call)       ? precision.weight
                             : step_codecs::sums_gradients(call.traffic) ? precision.gradient
                                                                         : precision.activation;
  return Bytes{std::max<std::int64_t>(width, 1)};
}

}  // namespace commsim
