#include "sim/scenario/compression_section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "collectives/compression/codec_measurement.hpp"
#include "sim/scenario/codec_speed.hpp"
#include "sim/scenario/codec_text.hpp"
#include "sim/scenario/tensor_text.hpp"

namespace commsim::compression_section {
namespace {

constexpr std::string_view kKey = "compression";
// A generated tensor has no more elements, for ratios do not change much any more.
constexpr std::int64_t kMostMeasured = std::int64_t{1} << 20U;
// Codecs that learn from call to call are measured when they have.
constexpr int kWarmUps = 3;

bool is_none(const std::vector<CodecStage>& stages) {
  return stages.size() == 1 && stages.front().codec->name == "none";
}

// A collective has bytes by default.
void refuse_no_numbers(ConfigReader& root) {
  const std::string type = root.section("collective").text("dtype").value_or("int8");
  if (type == "fp32" || type == "fp16" || type == "bf16" || type == "fp64") return;
  throw RequestError(fmt::format(
      "codecs encode numbers, and collective.dtype is {}; legal: fp32, fp16, bf16, fp64", type));
}

// Of chains that begin with a sparsifier, which, unlike low rank, takes any part of a tensor.
std::optional<double> density_of(const std::vector<CodecStage>& stages,
                                 const CodecMeasurement& measured) {
  const Codec& first = *stages.front().codec;
  if (first.make_reducer == nullptr || !first.sliceable) return std::nullopt;
  return static_cast<double>(measured.carried) / static_cast<double>(measured.elements);
}

// What is lost of such a tensor is no number.
void refuse_not_finite(const TensorSet& set, const std::string& text) {
  for (const Tensor& tensor : set.tensors) {
    const auto count =
        std::ranges::count_if(tensor.values, [](float x) { return !std::isfinite(x); });
    if (count == 0) continue;
    throw RequestError(
        fmt::format("{}: {} of {} elements are NaN or infinite, and legal are finite ones", text,
                    count, tensor.shape.elements()));
  }
}

Bytes agreed_by(const std::vector<CodecStage>& stages) {
  Bytes sum{0};
  for (const CodecStage& stage : stages) sum += stage.codec->agreed;
  return sum;
}

}  // namespace
}  // namespace commsim::compression_section

namespace commsim {

using namespace compression_section;

void CompressionSection::read(ConfigReader& root, ScenarioPoint& point) {
  const Cluster* cluster = point.run.cluster;
  const int ranks = cluster == nullptr ? 1 : cluster->topology.rank_count();
  point.run.compression = read(root, kKey, point, ranks, [&] { refuse_no_numbers(root); });
}

const Compression* CompressionSection::read(ConfigReader& parent, std::string_view key,
                                            const ScenarioPoint& point, int ranks,
                                            const std::function<void()>& may_be) {
  const ConfigNode* node = parent.raw(key);
  if (node == nullptr) return nullptr;
  ReadingContext& context = parent.context();
  const std::string path =
      parent.path().empty() ? std::string(key) : fmt::format("{}.{}", parent.path(), key);
  if (node->kind == ConfigNode::Kind::kSequence) {
    if (node->items.empty()) {
      parent.error(key, "expected a codec, or a list of some to sweep");
      return nullptr;
    }
    node = &context.sweep.choose(*node, path);
  }
  const bool whole = node->kind == ConfigNode::Kind::kMap && node->find("codec") != nullptr;
  const ConfigNode bare{.kind = ConfigNode::Kind::kMap, .mark = node->mark};
  ConfigReader section(whole ? *node : bare_.try_emplace(node, bare).first->second, path, context);
  const std::vector<CodecStage> stages =
      whole ? read_chain(*section.raw("codec"), path + ".codec", context)
            : read_chain(*node, path, context);
  if (stages.empty() || point.run.cluster == nullptr || parent.failed() || is_none(stages)) {
    if (whole) section.read_all_keys();
    return nullptr;
  }
  const auto found = parent.checked(key, [&] {
    if (point.model != nullptr) {
      throw RequestError(fmt::format(
          "'{}' knows nothing of codecs; algorithms that are simulated do", point.algorithm));
    }
    refuse_uncompressible(point.run.call);
    may_be();
    return compression(section, stages, point, ranks);
  });
  return found.value_or(nullptr);
}

const CodecMeasurement& CompressionSection::measure(const std::vector<CodecStage>& stages,
                                                    const TensorRequest& wanted) {
  const std::string key =
      fmt::format("{} | {} | {}", chain_text(stages), stages.front().parameters.ranks, wanted.text);
  const auto place = measured_.find(key);
  if (place != measured_.end()) return place->second;
  const TensorSet set = wanted.make();
  refuse_not_finite(set, wanted.text);
  return measured_.emplace(key, measure_codec(stages, set.tensors, set.counts, kWarmUps))
      .first->second;
}

const Compression* CompressionSection::compression(ConfigReader& section,
                                                   const std::vector<CodecStage>& stages,
                                                   const ScenarioPoint& point, int ranks) {
  const CollectiveCall& call = point.run.call;
  Compression made{.name = chain_text(stages)};
  Coding& coding = made.coding;
  const auto exchange = section.word("exchange", exchange_names());
  coding.exchange = exchange ? exchange_of(*exchange) : default_exchange(stages);
  section.checked("exchange", [&] {
    if (collective(call.kind).reduces) refuse_unfit(stages, coding.exchange);
    return true;
  });
  const bool adds_up = coding.exchange == Exchange::kAllReduce && collective(call.kind).reduces;
  section.raw("speed");
  coding.chunk = section.bytes("chunk");
  if (coding.chunk && coding.exchange == Exchange::kPerHop && collective(call.kind).reduces) {
    section.error("chunk", "a ring that encodes at every hop has no chunks besides");
  }
  if (coding.chunk &&
      (*coding.chunk <= Bytes{0} || coding.chunk->count() % call.element.count() != 0)) {
    section.error("chunk", fmt::format("a chunk is a whole number of elements of {} bytes",
                                       call.element.count()));
  }
  if (const auto gather = section.text("gather")) {
    section.checked("gather", [&] { return &find_algorithm(CollectiveKind::kAllGather, *gather); });
    coding.gather = *gather;
  }
  made.error_feedback = section.word("error_feedback", {"true", "false"}) == "true";
  const std::int64_t elements =
      std::clamp<std::int64_t>(call.size.count() / call.element.count(), 1, kMostMeasured);
  const auto wanted = read_tensors(section, "tensor", elements);
  if (section.failed() || !wanted) return nullptr;
  made.tensor = wanted->text;
  std::vector<CodecStage> told = stages;
  for (CodecStage& stage : told) {
    stage.parameters.ranks = adds_up ? ranks : 1;
  }
  const auto found = section.checked("tensor", [&] { return &measure(told, *wanted); });
  if (!found) return nullptr;
  const CodecMeasurement& measured = **found;
  coding.bits = measured.bits;
  coding.rounds = adds_up ? traits_of(stages).rounds : 1;
  if (adds_up) coding.agreed = agreed_by(stages);
  made.error = measured.relative_error;
  made.density = density_of(stages, measured);
  read_codec_speed(section, told, measured, *wanted, point.profile, made);
  if (section.failed()) return nullptr;
  if (const auto note = note_on(stages, measured)) made.notes.push_back(*note);
  made.notes.push_back(fmt::format("codec speeds of {}: {}", made.name, made.speeds));
  // Prices of calls are known by their codec.
  const auto same = std::ranges::find(home_->compressions, made);
  if (same != home_->compressions.end()) return &*same;
  home_->compressions.push_back(std::move(made));
  return &home_->compressions.back();
}

}  // namespace commsim
