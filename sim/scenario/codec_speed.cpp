#include "sim/scenario/codec_speed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "collectives/compression/published_speeds.hpp"

namespace commsim::codec_speed {
namespace {

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

// How fast one codec is: as the profile says, or else as has been published.
struct StageSpeed {
  Bandwidth encode;
  std::optional<Bandwidth> decode;
  std::string source;
};

std::optional<StageSpeed> measured_speed(const Profile* profile, std::string_view codec) {
  if (profile == nullptr) return std::nullopt;
  const auto rate = std::ranges::find(profile->codecs, codec, &CodecRate::codec);
  if (rate == profile->codecs.end()) return std::nullopt;
  return StageSpeed{rate->encode, rate->decode, fmt::format("the profile '{}'", profile->name)};
}

StageSpeed speed_of(const CodecStage& stage, const Profile* profile) {
  if (auto measured = measured_speed(profile, stage.codec->name)) return *measured;
  if (const auto speed = published_speed(*stage.codec, stage.parameters)) {
    return {speed->encode, speed->decode, std::string(speed->source)};
  }
  throw RequestError(
      fmt::format("nobody has published how fast {} with these parameters is on a GPU; say so, as "
                  "in 'speed: {{encode: 100 GB/s, "
                  "decode: 100 GB/s}}', or take this machine's with 'speed: cpu'",
                  stage.codec->name));
}

// The stages one after another, each on what it is given.
void take_known(const std::vector<CodecStage>& stages, const CodecMeasurement& measured,
                const Profile* profile, Compression& compression) {
  std::optional<double> encoding;
  std::optional<double> decoding;
  std::set<std::string> sources;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    if (stages[i].codec->name == "none") continue;  // nothing to be done
    const StageSpeed speed = speed_of(stages[i], profile);
    const auto bytes = static_cast<double>(measured.inputs[i].bytes);
    add_seconds(encoding, bytes, speed.encode);
    add_seconds(decoding, bytes, speed.decode);
    sources.insert(speed.source);
  }
  const auto bytes = static_cast<double>(measured.elements) * sizeof(float);
  compression.coding.encode = rate(bytes, encoding);
  compression.coding.decode = rate(bytes, decoding);
  for (const std::string& source : sources) {
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

}  // namespace
}  // namespace commsim::codec_speed

namespace commsim {

using namespace codec_speed;

void read_codec_speed(ConfigReader& section, const std::vector<CodecStage>& stages,
                      const CodecMeasurement& measured, const TensorRequest& tensor,
                      const Profile* profile, Compression& compression) {
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
  const auto word = section.word("speed", {"known", "cpu"});
  section.checked("speed", [&] {
    if (word == "cpu") {
      take_cpu(stages, tensor.make().tensors.front(), compression);
    } else {
      take_known(stages, measured, profile, compression);
    }
    return true;
  });
}

}  // namespace commsim
