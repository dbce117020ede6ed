#include "sim/scenario/compression_section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "collectives/compression/codec_measurement.hpp"
#include "collectives/compression/published_speeds.hpp"
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

void add_seconds(std::optional<double>& spent, double bytes, const std::optional<Bandwidth>& rate) {
  constexpr double kBits = 8;
  if (rate) {
    spent = spent.value_or(0) + bytes * kBits / static_cast<double>(rate->bits_per_second());
  }
}

std::optional<Bandwidth> rate(double bytes, std::optional<double> seconds) {
  constexpr double kBits = 8;
  if (!seconds) return std::nullopt;
  return Bandwidth::bits_per_second(std::max<std::int64_t>(
      1, static_cast<std::int64_t>(bytes * kBits / std::max(*seconds, 1e-12))));
}

// The stages one after another, each on what it is given.
void take_published(const std::vector<CodecStage>& stages, const CodecMeasurement& measured,
                    Compression& compression) {
  std::optional<double> encoding;
  std::optional<double> decoding;
  std::set<std::string_view> sources;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const auto speed = published_speed(*stages[i].codec, stages[i].parameters);
    if (!speed) {
      throw RequestError(fmt::format(
          "nobody has published how fast {} is on a GPU; say so, as in 'speed: {{encode: 100 GB/s, "
          "decode: 100 GB/s}}', or take this machine's with 'speed: cpu'",
          stages[i].codec->name));
    }
    const auto bytes = static_cast<double>(measured.inputs[i].bytes);
    add_seconds(encoding, bytes, speed->encode);
    add_seconds(decoding, bytes, speed->decode);
    sources.insert(speed->source);
  }
  const auto bytes = static_cast<double>(measured.elements) * sizeof(float);
  compression.coding.encode = rate(bytes, encoding);
  compression.coding.decode = rate(bytes, decoding);
  for (const std::string_view source : sources) {
    compression.speeds += fmt::format("{}{}", compression.speeds.empty() ? "" : "; ", source);
  }
}

void take_cpu(const std::vector<CodecStage>& stages, const Tensor& tensor,
              Compression& compression) {
  constexpr double kSeconds = 0.1;
  const CodecSpeed speed = time_codec(stages, tensor, 1, kSeconds);
  compression.coding.encode = speed.encode;
  compression.coding.decode = speed.decode;
  compression.speeds = "one core of this machine, measured now";
}

// `speed: {encode, decode}`, `published` or `cpu`. Reports what is wrong.
void read_speeds(ConfigReader& section, const std::vector<CodecStage>& stages,
                 const CodecMeasurement& measured, const TensorRequest& tensor,
                 Compression& compression) {
  const ConfigNode* node = section.raw("speed");
  if (node != nullptr && node->kind == ConfigNode::Kind::kMap) {
    ConfigReader speed = section.section("speed");
    compression.coding.encode = speed.bandwidth("encode");
    compression.coding.decode = speed.bandwidth("decode");
    if (!compression.coding.encode) speed.missing("encode");
    if (!compression.coding.decode) speed.missing("decode");
    compression.speeds = "as the scenario says";
    return;
  }
  const auto word = section.word("speed", {"published", "cpu"});
  section.checked("speed", [&] {
    if (word == "cpu") {
      take_cpu(stages, tensor.make().tensors.front(), compression);
    } else {
      take_published(stages, measured, compression);
    }
    return true;
  });
}

// Of chains that begin with a sparsifier, which, unlike low rank, takes any part of a tensor.
std::optional<double> density_of(const std::vector<CodecStage>& stages,
                                 const CodecMeasurement& measured) {
  const Codec& first = *stages.front().codec;
  if (first.make_reducer == nullptr || !first.sliceable) return std::nullopt;
  return static_cast<double>(measured.carried) / static_cast<double>(measured.elements);
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
  const ConfigNode* node = root.raw(kKey);
  if (node == nullptr) return;
  ReadingContext& context = root.context();
  const std::string path(kKey);
  if (node->kind == ConfigNode::Kind::kSequence) {
    if (node->items.empty())
      return root.error(kKey, "expected a codec, or a list of some to sweep");
    node = &context.sweep.choose(*node, path);
  }
  const bool whole = node->kind == ConfigNode::Kind::kMap && node->find("codec") != nullptr;
  static const ConfigNode kEmpty{.kind = ConfigNode::Kind::kMap};
  ConfigReader section(whole ? *node : kEmpty, path, context);
  const std::vector<CodecStage> stages =
      whole ? read_chain(*section.raw("codec"), path + ".codec", context)
            : read_chain(*node, path, context);
  if (stages.empty() || point.run.cluster == nullptr || root.failed()) {
    if (whole) section.read_all_keys();
    return;
  }
  if (is_none(stages)) {
    if (whole) section.read_all_keys();
    return;
  }
  root.checked(kKey, [&] {
    if (point.model != nullptr) {
      throw RequestError(fmt::format(
          "'{}' knows nothing of codecs; algorithms that are simulated do", point.algorithm));
    }
    refuse_uncompressible(point.run.call.kind);
    point.run.compression = compression(section, stages, point);
    return true;
  });
}

const CodecMeasurement& CompressionSection::measure(const std::vector<CodecStage>& stages,
                                                    const TensorRequest& wanted) {
  const std::string key =
      fmt::format("{} | {} | {}", chain_text(stages), stages.front().parameters.ranks, wanted.text);
  const auto place = measured_.find(key);
  if (place != measured_.end()) return place->second;
  const TensorSet set = wanted.make();
  return measured_.emplace(key, measure_codec(stages, set.tensors, set.counts, kWarmUps))
      .first->second;
}

const Compression* CompressionSection::compression(ConfigReader& section,
                                                   const std::vector<CodecStage>& stages,
                                                   const ScenarioPoint& point) {
  const CollectiveCall& call = point.run.call;
  const int ranks = point.run.cluster->topology.rank_count();
  Compression made{.name = chain_text(stages)};
  Coding& coding = made.coding;
  const auto exchange = section.word("exchange", exchange_names());
  coding.exchange = exchange ? exchange_of(*exchange) : default_exchange(stages);
  section.checked("exchange", [&] {
    if (collective(call.kind).reduces) refuse_unfit(stages, coding.exchange);
    return true;
  });
  coding.chunk = section.bytes("chunk");
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
    stage.parameters.ranks = coding.exchange == Exchange::kAllReduce ? ranks : 1;
  }
  const CodecMeasurement& measured = measure(told, *wanted);
  coding.bits = measured.bits;
  coding.rounds = coding.exchange == Exchange::kAllReduce ? traits_of(stages).rounds : 1;
  if (coding.exchange == Exchange::kAllReduce) coding.agreed = agreed_by(stages);
  made.error = measured.relative_error;
  made.density = density_of(stages, measured);
  read_speeds(section, told, measured, *wanted, made);
  if (section.failed()) return nullptr;
  made.notes.push_back(fmt::format("codec speeds of {}: {}", made.name, made.speeds));
  home_->compressions.push_back(std::move(made));
  return &home_->compressions.back();
}

}  // namespace commsim
