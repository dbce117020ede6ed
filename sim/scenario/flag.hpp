// Keys that are true or false.
#pragma once

#include <string_view>

#include "core/config_reader.hpp"

namespace commsim {

inline bool read_flag(ConfigReader& section, std::string_view key, bool otherwise) {
  const auto word = section.word(key, {"true", "false"});
  return word ? *word == "true" : otherwise;
}

}  // namespace commsim
