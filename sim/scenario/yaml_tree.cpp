#include "sim/scenario/yaml_tree.hpp"

#include <fmt/format.h>

#include <map>

#include "sim/scenario/yaml_events.hpp"
#include "sim/scenario/yaml_text.hpp"

namespace commsim {
namespace {

using Kind = YamlEvent::Kind;

// Recursion is as deep as the tree, which has kMostYamlDepth levels at most.
class TreeBuilder {
 public:
  TreeBuilder(const std::vector<YamlEvent>& events, const YamlOrigin& origin)
      : events_(events), origin_(origin) {}

  // The node that starts at event `at`, which moves past it.
  ConfigNode build(std::size_t& at, std::size_t depth) {
    const YamlEvent& event = events_[at++];
    if (event.kind == Kind::kAlias) {
      if (aliases_++ == 0) outermost_alias_ = event.mark;
      std::size_t original = event.target;
      ConfigNode copy = build(original, depth);
      --aliases_;
      return copy;
    }
    check_size(event, depth);
    ConfigNode node{.mark = event.mark};
    if (event.kind == Kind::kScalar) {
      node.kind = ConfigNode::Kind::kScalar;
      node.scalar = event.text;
    } else if (event.kind == Kind::kSequence) {
      node.kind = ConfigNode::Kind::kSequence;
      while (events_[at].kind != Kind::kEnd) node.items.push_back(build(at, depth + 1));
      ++at;
    } else if (event.kind == Kind::kMap) {
      node.kind = ConfigNode::Kind::kMap;
      fill_map(node, at, depth);
    }
    return node;
  }

 private:
  void fill_map(ConfigNode& node, std::size_t& at, std::size_t depth) {
    std::map<std::string, Mark, std::less<>> seen;
    while (events_[at].kind != Kind::kEnd) {
      const Mark place = events_[at].mark;  // of an alias, where it stands
      const ConfigNode key = build(at, depth + 1);
      if (key.kind != ConfigNode::Kind::kScalar) {
        origin_.refuse(place, "a key must be a single value");
      }
      if (key.scalar == "<<") {
        origin_.refuse(place,
                       "merge keys ('<<') are not read; repeat the keys or alias a whole value");
      }
      const auto [first, fresh] = seen.emplace(key.scalar, place);
      if (!fresh) origin_.refuse(place, duplicate_text(key.scalar, first->second));
      ConfigNode value = build(at, depth + 1);
      // yaml-cpp puts a value that is not there where the next thing begins.
      const bool absent = value.kind == ConfigNode::Kind::kNull && value.mark.line != place.line;
      if (absent) value.mark = place;
      node.map.push_back({key.scalar, std::move(value)});
      node.key_marks.push_back(place);
    }
    ++at;
  }

  static std::string duplicate_text(std::string_view key, Mark first) {
    const auto where =
        first.line > 0 ? fmt::format("; the first one is at {}:{}", first.line, first.column) : "";
    return fmt::format("duplicate key '{}'{}", key, where);
  }

  // The events alone are within these limits; the aliases may still multiply them.
  void check_size(const YamlEvent& event, std::size_t depth) {
    const Mark place = aliases_ > 0 ? outermost_alias_ : event.mark;
    weight_ += yaml_weight(event.text);
    if (weight_ > kMostYamlNodes) {
      origin_.refuse(place,
                     fmt::format("the aliases expand to more than {} values", kMostYamlNodes));
    }
    if (depth > kMostYamlDepth) {
      origin_.refuse(place, fmt::format("the aliases nest deeper than {} levels", kMostYamlDepth));
    }
  }

  const std::vector<YamlEvent>& events_;
  const YamlOrigin& origin_;
  std::size_t weight_ = 0;
  int aliases_ = 0;       // that are being expanded
  Mark outermost_alias_;  // where the outermost of them stands
};

}  // namespace

ConfigNode yaml_tree(std::string_view text, const YamlOrigin& origin) {
  const std::vector<YamlEvent> events = yaml_events(checked_text(text, origin), origin);
  if (events.empty()) return {};
  std::size_t at = 0;
  return TreeBuilder(events, origin).build(at, 0);
}

}  // namespace commsim
