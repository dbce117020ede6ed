// The first look at a text, before a parser sees it.
#pragma once

#include <cstddef>
#include <string_view>

#include "sim/scenario/yaml_origin.hpp"

namespace commsim {

constexpr std::size_t kMostYamlBytes = std::size_t{16} << 20U;
/// Brackets, commas, quotes, anchors and the like. yaml-cpp reads a whole flow collection ahead of
/// the first event and needs up to 250 bytes for each of these: 16 MiB of brackets took 4 GB.
constexpr std::size_t kMostYamlMarks = 2'000'000;

/// Returns the text without its byte order mark. Throws ConfigError for more than kMostYamlBytes,
/// for bytes that are not UTF-8, and for control characters, which no YAML text may hold.
std::string_view checked_text(std::string_view text, const YamlOrigin& origin);

}  // namespace commsim
