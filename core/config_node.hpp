// A parsed configuration that remembers where everything stood. It knows nothing of YAML.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace commsim {

/// A place in a source of configuration: line and column count from 1; 0 where there is no text.
struct Mark {
  int source = 0;  ///< index into ConfigDocument::sources
  int line = 0;
  int column = 0;
  friend auto operator<=>(const Mark&, const Mark&) = default;
};

/// A scalar, a sequence or a map (in the order written), with its place.
struct ConfigNode {
  enum class Kind { kNull, kScalar, kSequence, kMap };
  struct Entry;

  Kind kind = Kind::kNull;
  Mark mark;
  std::string scalar;             ///< kScalar
  std::vector<ConfigNode> items;  ///< kSequence
  std::vector<Entry> map;         ///< kMap
  std::vector<Mark> key_marks;    ///< kMap: where each key stands

  [[nodiscard]] const ConfigNode* find(std::string_view key) const;
};

/// A key of a map and what stands there; not a std::pair, which must not hold an incomplete type.
struct ConfigNode::Entry {
  std::string key;
  ConfigNode value;
};

inline const ConfigNode* ConfigNode::find(std::string_view key) const {
  for (const auto& [name, value] : map) {
    if (name == key) return &value;
  }
  return nullptr;
}

/// As YAML writes it on one line: "[top_k: {density: 1%}, int8]".
std::string flow_text(const ConfigNode& node);

/// One file, with what the command line put on top of it.
struct ConfigDocument {
  std::vector<std::string> sources;  ///< file name first, then one for each override
  ConfigNode root;
};

/// Where the file of the document stands.
inline std::filesystem::path directory_of(const ConfigDocument& document) {
  return std::filesystem::path(document.sources.front()).parent_path();
}

}  // namespace commsim
