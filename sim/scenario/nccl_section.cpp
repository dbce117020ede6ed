#include "sim/scenario/nccl_section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace commsim {
namespace nccl_section {
namespace {

// One of the names of a list as its place in it.
template <typename Value, typename Names>
std::optional<Value> word(ConfigReader& section, std::string_view key, const Names& names) {
  const auto text = section.word(key, {names.begin(), names.end()});
  if (!text) return std::nullopt;
  return static_cast<Value>(std::ranges::find(names, *text) - names.begin());
}

// NCCL takes its own names in any case.
template <typename Value, std::size_t count>
std::optional<Value> choice(ConfigReader& section, std::string_view key,
                            const std::array<Value, count>& all) {
  const auto text = section.text(key);
  if (!text) return std::nullopt;
  const auto same = [](char a, char b) { return std::tolower(a) == std::tolower(b); };
  std::string legal;
  for (const Value value : all) {
    const std::string_view name = to_text(value);
    if (std::ranges::equal(*text, name, same)) return value;
    legal += fmt::format("{}{}", legal.empty() ? "" : ", ", name);
  }
  section.error(key, fmt::format("unknown '{}'; legal: {}", *text, legal));
  return std::nullopt;
}

// All of it that makes a model another one.
std::string key_of(const NcclSettings& settings, bool fp8) {
  const auto number = [](const auto& value) { return value ? static_cast<int>(*value) : -1; };
  const auto& facts = settings.facts;
  return fmt::format("{} {} {} {} {} {} {} {}", facts.version.minor, number(facts.gpu),
                     number(facts.cpu), facts.network_latency ? facts.network_latency->count() : -1,
                     facts.collnet, number(settings.limits.algorithm),
                     number(settings.limits.protocol), fp8);
}

}  // namespace
}  // namespace nccl_section

void NcclSection::know(ConfigReader& root) {
  if (root.raw("nccl") == nullptr) return;
  ConfigReader section = root.section("nccl");
  for (const char* key :
       {"version", "gpu", "cpu", "network_latency", "collnet", "algorithm", "protocol"}) {
    section.raw(key);
  }
}

NcclSettings NcclSection::read(ConfigReader& root) {
  ConfigReader section = root.section("nccl");
  NcclSettings settings;
  NcclOverrides& facts = settings.facts;
  if (const auto version = section.text("version")) {
    facts.version =
        section.checked("version", [&] { return nccl_version(*version); }).value_or(facts.version);
  }
  facts.gpu = nccl_section::word<GpuGeneration>(section, "gpu", gpu_generations());
  facts.cpu = nccl_section::word<CpuMaker>(section, "cpu", cpu_makers());
  facts.network_latency = section.duration("network_latency");
  facts.collnet = section.word("collnet", {"true", "false"}).value_or("false") == "true";
  settings.limits.algorithm = nccl_section::choice(section, "algorithm", kNcclAlgorithms);
  settings.limits.protocol = nccl_section::choice(section, "protocol", kNcclProtocols);
  return settings;
}

const TimeModel* NcclSection::model(const NcclSettings& settings, const Cluster& cluster,
                                    CollectiveKind kind, std::string_view data_type) {
  const bool fp8 = data_type == "fp8";
  const Key key{&cluster, kind, nccl_section::key_of(settings, fp8)};
  const auto place = known_.find(key);
  if (place != known_.end()) return place->second;
  const NcclSystem system = nccl_system(cluster, settings.facts);
  home_->models.push_back(std::make_unique<NcclModel>(system, kind, fp8, settings.limits));
  return known_.emplace(key, home_->models.back().get()).first->second;
}

}  // namespace commsim
