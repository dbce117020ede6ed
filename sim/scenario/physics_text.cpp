#include "sim/scenario/physics_text.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <cmath>

#include "core/seconds.hpp"

namespace commsim::physics_text {
namespace {

std::string bytes_text(double bytes) { return fmt::format("{} B", std::llround(bytes)); }
std::string gigabytes_text(double rate) { return fmt::format("{:.6f} GB/s", rate / 1e9); }
std::string number_text(double number) { return fmt::format("{:.6g}", number); }

using Text = std::string (*)(double);

void emit(YAML::Emitter& out, const char* key, const Estimate& estimate, Text text) {
  out << YAML::Key << key << YAML::Value << YAML::Flow << YAML::BeginMap;
  out << YAML::Key << "value" << YAML::Value << text(estimate.value);
  if (!estimate.fixed) {
    out << YAML::Key << "least" << YAML::Value << text(estimate.least);
    out << YAML::Key << "most" << YAML::Value << text(estimate.most);
    out << YAML::Key << "determined" << YAML::Value << fmt::format("{:.2f}", estimate.determined);
  }
  out << YAML::EndMap << YAML::Block;
}

void emit(YAML::Emitter& out, const ProtocolPhysics& protocol) {
  out << YAML::Key << protocol.name << YAML::Value << YAML::BeginMap;
  out << YAML::Key << "adds" << YAML::Value << (protocol.in_switch ? "switches" : "ranks");
  if (!protocol.like.empty()) out << YAML::Key << "like" << YAML::Value << protocol.like;
  emit(out, "start", protocol.start, microseconds_text);
  emit(out, "piece", protocol.piece, bytes_text);
  out << YAML::Key << "links" << YAML::Value << YAML::BeginMap;
  for (const LinkPhysics& link : protocol.links) {
    out << YAML::Key << link.medium << YAML::Value << YAML::BeginMap;
    out << YAML::Key << "reference" << YAML::Value << microseconds_text(link.reference);
    emit(out, "latency", link.latency, microseconds_text);
    emit(out, "efficiency", link.efficiency, number_text);
    out << YAML::EndMap;
  }
  out << YAML::EndMap << YAML::EndMap;
}

}  // namespace
}  // namespace commsim::physics_text

namespace commsim {

std::string microseconds_text(double seconds) {
  const auto picoseconds = seconds > 0 ? duration_of(seconds).count() : 0;
  std::string text = fmt::format("{}.{:06}", picoseconds / 1'000'000, picoseconds % 1'000'000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text + " us";
}

void emit_physics(YAML::Emitter& out, const Physics& physics) {
  using namespace physics_text;
  out << YAML::BeginMap;
  emit(out, "launch", physics.launch, microseconds_text);
  emit(out, "copy", physics.copy, gigabytes_text);
  emit(out, "tree", physics.tree, number_text);
  out << YAML::Key << "protocols" << YAML::Value << YAML::BeginMap;
  for (const ProtocolPhysics& protocol : physics.protocols) emit(out, protocol);
  out << YAML::EndMap << YAML::EndMap;
}

}  // namespace commsim
