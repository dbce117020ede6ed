#include "topology/servers/server_keys.hpp"

#include "topology/config_links.hpp"

namespace commsim {

ServerKeys::ServerKeys(ConfigReader& section, const ServerSpec* preset, bool networked)
    : section_(&section),
      preset_(preset),
      networked_(networked),
      gpus_(required_count("gpus", &ServerSpec::gpus, true)),
      nics_(required_count("nics", &ServerSpec::nics, networked)) {}

int ServerKeys::required_count(std::string_view key, int ServerSpec::*part, bool needed) {
  constexpr WholeRange kLegal{.least = 1, .most = 4096};
  if (preset_ != nullptr || !needed) return count(key, part, kLegal, 1);
  const auto written = section_->whole(key, kLegal);
  return static_cast<int>(section_->required(key, written, std::int64_t{1}));
}

int ServerKeys::count(std::string_view key, int ServerSpec::*part, WholeRange legal,
                      int otherwise) {
  const int absent = preset_ != nullptr ? preset_->*part : otherwise;
  return static_cast<int>(section_->whole(key, legal).value_or(absent));
}

bool ServerKeys::flag(std::string_view key, bool ServerSpec::*part, bool otherwise) {
  const auto written = section_->word(key, {"true", "false"});
  if (written) return *written == "true";
  return preset_ != nullptr ? preset_->*part : otherwise;
}

LinkSpec ServerKeys::link(std::string_view key, LinkSpec ServerSpec::*part, bool needed) {
  const bool preset_has = preset_ != nullptr && (preset_->*part).bandwidth != Bandwidth{};
  if (preset_has) return read_link(*section_, key, preset_->*part);
  return read_link(*section_, key, needed ? std::nullopt : std::optional(LinkSpec{}));
}

}  // namespace commsim
