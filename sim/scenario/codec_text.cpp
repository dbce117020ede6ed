#include "sim/scenario/codec_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "core/quantity_text.hpp"
#include "sim/scenario/yaml_document.hpp"

namespace commsim::codec_text {
namespace {

// "1%" or "0.01".
double parse_share(std::string_view text) {
  constexpr double kPercent = 100;
  if (!text.ends_with('%')) return parse_number(text);
  text.remove_suffix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return parse_number(text) / kPercent;
}

struct Share {
  std::string_view name;
  std::optional<double> CodecParameters::*value;
};
struct Count {
  std::string_view name;
  std::optional<std::int64_t> CodecParameters::*value;
};

constexpr std::array<Share, 5> kShares{{{"density", &CodecParameters::density},
                                        {"rate", &CodecParameters::rate},
                                        {"sample", &CodecParameters::sample},
                                        {"threshold", &CodecParameters::threshold},
                                        {"scale", &CodecParameters::scale}}};
constexpr std::array<Count, 4> kCounts{{{"block", &CodecParameters::block},
                                        {"levels", &CodecParameters::levels},
                                        {"rank", &CodecParameters::rank},
                                        {"level", &CodecParameters::level}}};
constexpr std::int64_t kMostOfACount = std::int64_t{1} << 40U;

CodecParameters read_parameters(ConfigReader& section, const Codec& codec) {
  CodecParameters parameters;
  const auto takes = [&](std::string_view name) {
    return std::ranges::count(codec.parameters, name) != 0;
  };
  for (const auto& [name, value] : kShares) {
    if (!takes(name)) continue;
    if (const auto text = section.text(name)) {
      parameters.*value = section.checked(name, [&] { return parse_share(*text); });
    }
  }
  for (const auto& [name, value] : kCounts) {
    if (takes(name)) parameters.*value = section.whole(name, {.least = 1, .most = kMostOfACount});
  }
  if (takes("seed")) {
    const auto seed = section.whole("seed", {.least = 0});
    parameters.seed = static_cast<std::uint64_t>(seed.value_or(1));
    parameters.rank_seed = parameters.seed;
  }
  return parameters;
}

std::string stage_text(const CodecStage& stage) {
  std::vector<std::string> said;
  for (const auto& [name, value] : kShares) {
    if (const auto& given = stage.parameters.*value) {
      said.push_back(fmt::format("{} {}", name, *given));
    }
  }
  for (const auto& [name, value] : kCounts) {
    if (const auto& given = stage.parameters.*value) {
      said.push_back(fmt::format("{} {}", name, *given));
    }
  }
  if (stage.parameters.seed != 1) said.push_back(fmt::format("seed {}", stage.parameters.seed));
  if (said.empty()) return std::string(stage.codec->name);
  return fmt::format("{} ({})", stage.codec->name, fmt::join(said, ", "));
}

// Reads one codec after another, of one chain.
class ChainReader {
 public:
  ChainReader(std::string path, ReadingContext& context)
      : path_(std::move(path)), context_(&context) {}

  std::vector<CodecStage> read(const ConfigNode& node) {
    if (node.kind == ConfigNode::Kind::kSequence) {
      if (node.items.empty()) refuse(node, "a chain has at least one codec");
      for (const ConfigNode& item : node.items) add(item);
    } else {
      add(node);
    }
    if (failed_) return {};
    try {
      const CodecChain check(stages_);
    } catch (const RequestError& refusal) {
      refuse(node, refusal.what());
      return {};
    }
    return std::move(stages_);
  }

 private:
  void add(const ConfigNode& node) {
    const bool map = node.kind == ConfigNode::Kind::kMap && node.map.size() == 1;
    if (!map && node.kind != ConfigNode::Kind::kScalar) {
      return refuse(node, "expected a codec, such as int8 or {top_k: {density: 1%}}");
    }
    const std::string& name = map ? node.map.front().key : node.scalar;
    try {
      const Codec& codec = Registry<Codec>::get(name, "codec");
      CodecStage stage{.codec = &codec, .parameters = {}};
      if (map) {
        ConfigReader section(node.map.front().value, path_ + "." + name, *context_);
        stage.parameters = read_parameters(section, codec);
        failed_ = failed_ || section.failed();
      }
      stages_.push_back(stage);
    } catch (const RequestError& refusal) {
      refuse(node, refusal.what());
    }
  }

  void refuse(const ConfigNode& node, const std::string& why) {
    failed_ = true;
    context_->diagnostics.add({.mark = node.mark, .path = path_, .text = why});
  }

  std::string path_;
  ReadingContext* context_;
  std::vector<CodecStage> stages_;
  bool failed_ = false;
};

}  // namespace
}  // namespace commsim::codec_text

namespace commsim {

using namespace codec_text;

std::vector<CodecStage> read_chain(const ConfigNode& node, const std::string& path,
                                   ReadingContext& context) {
  return ChainReader(path, context).read(node);
}

std::vector<CodecStage> parse_chain(const std::string& text) {
  const ConfigDocument document = read_yaml_text(text, "--codec");
  ReadingContext context;
  auto stages = read_chain(document.root, "codec", context);
  context.report_unknown_keys();
  context.diagnostics.throw_if_any(document.sources);
  return stages;
}

std::string chain_text(const std::vector<CodecStage>& stages) {
  std::vector<std::string> texts;
  texts.reserve(stages.size());
  for (const CodecStage& stage : stages) texts.push_back(stage_text(stage));
  return fmt::format("{}", fmt::join(texts, " + "));
}

}  // namespace commsim
