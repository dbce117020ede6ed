// The keys of a server section, which go before those of its preset.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/config_reader.hpp"
#include "topology/preset.hpp"

namespace commsim {

/// A server section while it is read. Wirings ask it for keys; what neither the section nor the
/// preset has is reported as missing if it is needed.
class ServerKeys {
 public:
  /// Reads `gpus` and `nics`. `preset` may be nullptr; a server that is not `networked` has no use
  /// for NICs.
  ServerKeys(ConfigReader& section, const ServerSpec* preset, bool networked);

  [[nodiscard]] int gpus() const { return gpus_; }
  [[nodiscard]] int nics() const { return nics_; }
  [[nodiscard]] bool networked() const { return networked_; }
  [[nodiscard]] ConfigReader& section() { return *section_; }

  /// The link under `key`. A preset that leaves `part` alone does not count as having it.
  LinkSpec link(std::string_view key, LinkSpec ServerSpec::*part, bool needed);
  /// The number under `key`; without a preset 'otherwise' stands for an absent one.
  int count(std::string_view key, int ServerSpec::*part, WholeRange legal, int otherwise);
  /// true or false under `key`; without a preset `otherwise` stands for an absent one.
  bool flag(std::string_view key, bool ServerSpec::*part, bool otherwise);

 private:
  int required_count(std::string_view key, int ServerSpec::*part, bool needed);

  ConfigReader* section_;
  const ServerSpec* preset_;
  bool networked_;
  int gpus_;
  int nics_;
};

}  // namespace commsim
