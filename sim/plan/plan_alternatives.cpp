#include "sim/plan/plan_alternatives.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/diagnostics.hpp"
#include "core/error.hpp"
#include "core/nearest_name.hpp"
#include "sim/scenario/config_path.hpp"
#include "sim/scenario/yaml_document.hpp"

namespace commsim::plan_alternatives {
namespace {

using Kind = ConfigNode::Kind;

constexpr std::size_t kMostAlternatives = 100;
constexpr const char* kAllPath = "plan.alternatives";

[[noreturn]] void refuse(const ConfigDocument& document, Mark mark, std::string path,
                         std::string text) {
  throw ConfigError(document.sources,
                    {{.mark = mark, .path = std::move(path), .text = std::move(text)}});
}

// A section is merged, so that the keys that an alternative leaves alone stay as they are. What
// --set has put in an alternative stays, wherever the file has its own value.
void merge(ConfigNode& into, const ConfigNode& value) {
  if (into.kind != Kind::kMap || value.kind != Kind::kMap) {
    if (into.mark.source <= value.mark.source) into = value;
    return;
  }
  for (std::size_t i = 0; i < value.map.size(); ++i) {
    const ConfigNode::Entry& own = value.map[i];
    const auto place = std::find_if(into.map.begin(), into.map.end(),
                                    [&](const auto& entry) { return entry.key == own.key; });
    if (place != into.map.end()) {
      merge(place->value, own.value);
    } else {
      into.map.push_back(own);
      into.key_marks.push_back(value.key_marks[i]);
    }
  }
}

// Leaves what --set has put there; whether anything is left.
bool only_set(ConfigNode& node) {
  if (node.kind != Kind::kMap) return node.mark.source > 0;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < node.map.size(); ++i) {
    if (!only_set(node.map[i].value)) continue;
    std::swap(node.map[kept], node.map[i]);
    std::swap(node.key_marks[kept++], node.key_marks[i]);
  }
  node.map.resize(kept);
  node.key_marks.resize(kept);
  return kept > 0;
}

// What is asked of one alternative is on top of what is asked of all.
void overlay(ConfigNode& into, const ConfigNode& value) {
  if (into.kind != Kind::kMap || value.kind != Kind::kMap) {
    into = value;
    return;
  }
  for (std::size_t i = 0; i < value.map.size(); ++i) {
    const auto place = std::find_if(into.map.begin(), into.map.end(), [&](const auto& entry) {
      return entry.key == value.map[i].key;
    });
    if (place != into.map.end()) {
      overlay(place->value, value.map[i].value);
    } else {
      into.map.push_back(value.map[i]);
      into.key_marks.push_back(value.key_marks[i]);
    }
  }
}

// The values of one alternative, put on a copy of the document.
class Expansion {
 public:
  Expansion(const ConfigDocument& document, const std::string& name, const ConfigNode& values)
      : whole_(document), path_(fmt::format("{}.{}", kAllPath, name)), one_{name, document} {
    if (values.kind != Kind::kMap || values.map.empty()) {
      refuse(whole_, values.mark, path_,
             "an alternative is a map of key paths and values, such as {topology.servers: 8, "
             "plan.prices.gpu_hour: 2.5}");
    }
    for (std::size_t i = 0; i < values.map.size(); ++i) {
      put(values.map[i].key, values.map[i].value, values.key_marks[i]);
    }
    repeat_overrides(one_.document);
    for (std::size_t i = 0; i < values.map.size(); ++i) {
      ConfigNode own = values.map[i].value;
      if (!only_set(own)) continue;
      overlay(node_to_put(one_.document.root, path_parts(values.map[i].key), values.key_marks[i]),
              own);
    }
    settle();
  }

  PlanAlternative take() && { return std::move(one_); }

 private:
  void put(const std::string& key, const ConfigNode& value, Mark mark) {
    try {
      const std::vector<std::string> parts = path_parts(key);
      refuse_common(parts, value);
      note(key, value);
      merge(node_to_put(one_.document.root, parts, mark), value);
    } catch (const RequestError& refusal) {
      refuse(whole_, mark, fmt::format("{}.{}", path_, key), refusal.what());
    }
  }

  static void refuse_common(const std::vector<std::string>& parts, const ConfigNode& value) {
    if (value.kind == Kind::kNull) throw RequestError("there is no value here");
    const std::string& section = parts.front();
    if (section == "version" || section == "name") {
      throw RequestError("all alternatives have one version and one name");
    }
    if (section != "plan") return;
    const auto varies = [](const std::string& key) { return key == "prices" || key == "limits"; };
    const bool legal =
        parts.size() > 1
            ? varies(parts[1])
            : value.kind == Kind::kMap && std::all_of(value.map.begin(), value.map.end(),
                                                      [&](const auto& e) { return varies(e.key); });
    if (!legal) {
      throw RequestError(
          "of the plan, an alternative has its own prices and limits; all else is "
          "common to all");
    }
  }

  // A value that is there twice, as topology.servers and in topology, would be a riddle; but what
  // --set puts here comes last and wins.
  void note(const std::string& path, const ConfigNode& value) {
    if (value.kind == Kind::kMap) {
      for (const auto& entry : value.map) note(path + "." + entry.key, entry.value);
      return;
    }
    if (!given_.emplace(path, value.mark.source).second) {
      throw RequestError(fmt::format("'{}' is given twice in this alternative", path));
    }
  }

  // What is left says which alternative it is, and knows no others.
  void settle() {
    ConfigNode& plan = node_to_put(one_.document.root, {"plan"}, Mark{});
    const auto all = std::find_if(plan.map.begin(), plan.map.end(),
                                  [](const auto& entry) { return entry.key == "alternatives"; });
    if (all != plan.map.end()) {
      plan.key_marks.erase(plan.key_marks.begin() + (all - plan.map.begin()));
      plan.map.erase(all);
    }
    ConfigNode& name = node_to_put(one_.document.root, {"plan", "alternative"}, Mark{});
    name = ConfigNode{.kind = Kind::kScalar, .mark = name.mark, .scalar = one_.name};
  }

  const ConfigDocument& whole_;
  std::string path_;
  PlanAlternative one_;
  std::set<std::pair<std::string, int>> given_;  // paths, and the source that gives them
};

std::vector<std::string> names_of(const ConfigNode& all) {
  std::vector<std::string> names;
  for (const auto& entry : all.map) names.push_back(entry.key);
  return names;
}

// A name that only --set or a question has is misspelt.
void refuse_new(const ConfigDocument& document, const ConfigNode& all) {
  std::vector<std::string> own;
  for (std::size_t i = 0; i < all.map.size(); ++i) {
    if (all.key_marks[i].source == 0) own.push_back(all.map[i].key);
  }
  for (std::size_t i = 0; i < all.map.size(); ++i) {
    if (all.key_marks[i].source == 0) continue;
    refuse(document, all.key_marks[i], fmt::format("{}.{}", kAllPath, all.map[i].key),
           own.empty() ? "the file has no alternatives"
                       : fmt::format("the file has no alternative '{}'{}", all.map[i].key,
                                     suggestion(all.map[i].key, own)));
  }
}

// The names that plan.alternative picks.
std::vector<std::string> picked(const ConfigDocument& document, const ConfigNode& all,
                                const ConfigNode* pick) {
  if (pick == nullptr) return names_of(all);
  const std::vector<ConfigNode> items =
      pick->kind == Kind::kSequence ? pick->items : std::vector<ConfigNode>{*pick};
  std::vector<std::string> names;
  for (const ConfigNode& item : items) {
    if (item.kind != Kind::kScalar || all.find(item.scalar) == nullptr) {
      refuse(document, item.mark, kAlternativePath,
             fmt::format("no alternative '{}'{}", item.scalar,
                         suggestion(item.scalar, names_of(all))));
    }
    if (std::find(names.begin(), names.end(), item.scalar) != names.end()) {
      refuse(document, item.mark, kAlternativePath,
             fmt::format("'{}' is picked twice", item.scalar));
    }
    names.push_back(item.scalar);
  }
  if (names.empty()) {
    refuse(document, pick->mark, kAlternativePath, "the list is empty; name one or more");
  }
  return names;
}

}  // namespace
}  // namespace commsim::plan_alternatives

namespace commsim {

using namespace plan_alternatives;

std::vector<PlanAlternative> alternatives_of(const ConfigDocument& document) {
  const ConfigNode* const all = node_at(document.root, kAllPath);
  const ConfigNode* const pick = node_at(document.root, kAlternativePath);
  if (all == nullptr) {
    if (pick != nullptr) {
      refuse(document, pick->mark, kAlternativePath,
             "it picks one of plan.alternatives, and there are none");
    }
    return {{.name = "", .document = document}};
  }
  if (all->kind != Kind::kMap || all->map.empty() || all->map.size() > kMostAlternatives) {
    refuse(document, all->mark, kAllPath,
           fmt::format("expected a map of 1 to {} names, such as {{h100: {{topology.preset: "
                       "dgx_h100}}, a100: {{topology.preset: dgx_a100}}}}",
                       kMostAlternatives));
  }
  refuse_new(document, *all);
  std::vector<PlanAlternative> made;
  for (const std::string& name : picked(document, *all, pick)) {
    made.push_back(Expansion(document, name, *all->find(name)).take());
  }
  return made;
}

}  // namespace commsim
