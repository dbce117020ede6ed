#include "sim/scenario/profile_file.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cmath>

#include "core/quantity_text.hpp"
#include "sim/scenario/physics_text.hpp"
#include "sim/scenario/yaml_document.hpp"

namespace commsim::profile_file {
namespace {

std::string size_text(double bytes) {
  const auto whole = static_cast<std::int64_t>(std::llround(bytes));
  for (const auto& [unit, size] :
       {std::pair{"GiB", std::int64_t{1} << 30U}, std::pair{"MiB", std::int64_t{1} << 20U},
        std::pair{"KiB", std::int64_t{1} << 10U}}) {
    if (whole % size == 0) return fmt::format("{} {}", whole / size, unit);
  }
  return fmt::format("{} B", whole);
}

// A line so flat that its bandwidth is none of any link: time does not depend on size there.
constexpr double kFlat = 1e-15;  // seconds a byte
constexpr double kBitsPerGigabyte = 8e9;

std::string rate_of(double seconds_per_byte) {
  if (seconds_per_byte < 1e-6) return fmt::format("{:.6f} GB/s", 1e-9 / seconds_per_byte);
  const double bits = 1e-9 / seconds_per_byte * kBitsPerGigabyte;
  return fmt::format("{} b/s", std::max<std::int64_t>(1, std::llround(bits)));
}

void emit(YAML::Emitter& out, const char* key, const std::string& value) {
  if (!value.empty()) out << YAML::Key << key << YAML::Value << value;
}

void emit_regime(YAML::Emitter& out, const Regime& regime) {
  out << YAML::Flow << YAML::BeginMap;
  emit(out, "from", size_text(static_cast<double>(regime.from.count())));
  emit(out, "to", size_text(static_cast<double>(regime.to.count())));
  emit(out, "latency", microseconds_text(regime.line.seconds));
  if (regime.line.seconds_per_byte > kFlat) {
    emit(out, "bandwidth", rate_of(regime.line.seconds_per_byte));
  }
  if (regime.seconds) {
    out << YAML::Key << "latency_95" << YAML::Value << YAML::BeginSeq
        << microseconds_text(regime.seconds->low) << microseconds_text(regime.seconds->high)
        << YAML::EndSeq;
  }
  if (regime.seconds_per_byte && regime.seconds_per_byte->low > kFlat) {
    out << YAML::Key << "bandwidth_95" << YAML::Value << YAML::BeginSeq
        << rate_of(regime.seconds_per_byte->high) << rate_of(regime.seconds_per_byte->low)
        << YAML::EndSeq;
  }
  out << YAML::EndMap;
}

void emit_knot(YAML::Emitter& out, const Knot& knot) {
  out << YAML::Flow << YAML::BeginMap;
  emit(out, "size", size_text(knot.bytes));
  emit(out, "time", microseconds_text(knot.seconds));
  out << YAML::EndMap;
}

void emit_table(YAML::Emitter& out, const ProfileTable& table) {
  out << YAML::BeginMap;
  emit(out, "collective", table.collective);
  out << YAML::Key << "ranks" << YAML::Value << table.ranks;
  if (table.nodes > 0) out << YAML::Key << "nodes" << YAML::Value << table.nodes;
  emit(out, "dtype", table.dtype);
  emit(out, "algorithm", table.algorithm);
  emit(out, "protocol", table.protocol);
  emit(out, "source", table.source);
  const auto share = [](std::optional<double> factor) {
    return factor ? fmt::format("{:.4f}", *factor - 1) : std::string();
  };
  out << YAML::Key << "error" << YAML::Value << YAML::Flow << YAML::BeginMap;
  emit(out, "below_1_mib", share(table.fit.band.below_mebibyte));
  emit(out, "from_1_mib", share(table.fit.band.from_mebibyte));
  out << YAML::EndMap << YAML::Block;
  out << YAML::Key << "regimes" << YAML::Value << YAML::BeginSeq;
  for (const Regime& regime : table.fit.regimes) emit_regime(out, regime);
  out << YAML::EndSeq << YAML::Key << "times" << YAML::Value << YAML::BeginSeq;
  for (const Knot& knot : table.fit.curve.knots()) emit_knot(out, knot);
  out << YAML::EndSeq << YAML::EndMap;
}

}  // namespace
}  // namespace commsim::profile_file

namespace commsim {

Profile read_profile_file(const std::filesystem::path& file) {
  const ConfigDocument document = read_yaml_file(file);
  ReadingContext context;
  ConfigReader root(document.root, "", context);
  Profile profile = read_profile(root);
  context.report_unknown_keys();
  context.diagnostics.throw_if_any(document.sources);
  return profile;
}

std::string profile_text(const Profile& profile) {
  YAML::Emitter out;
  out << YAML::BeginMap << YAML::Key << "version" << YAML::Value << 1;
  profile_file::emit(out, "profile", profile.name);
  if (!profile.provenance.empty()) {
    out << YAML::Key << "provenance" << YAML::Value << YAML::BeginMap;
    for (const auto& [key, value] : profile.provenance) {
      profile_file::emit(out, key.c_str(), value);
    }
    out << YAML::EndMap;
  }
  if (profile.physics) {
    out << YAML::Key << "physics" << YAML::Value;
    emit_physics(out, *profile.physics);
  }
  if (!profile.codecs.empty()) {
    out << YAML::Key << "codecs" << YAML::Value << YAML::BeginSeq;
    for (const CodecRate& rate : profile.codecs) {
      out << YAML::Flow << YAML::BeginMap;
      profile_file::emit(out, "codec", rate.codec);
      profile_file::emit(out, "encode", to_text(rate.encode));
      profile_file::emit(out, "decode", to_text(rate.decode));
      out << YAML::EndMap;
    }
    out << YAML::EndSeq;
  }
  if (!profile.tables.empty()) {
    out << YAML::Key << "tables" << YAML::Value << YAML::BeginSeq;
    for (const ProfileTable& table : profile.tables) profile_file::emit_table(out, table);
    out << YAML::EndSeq;
  }
  out << YAML::EndMap;
  return std::string(out.c_str()) + '\n';
}

}  // namespace commsim
