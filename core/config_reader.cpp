#include "core/config_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "core/random.hpp"

namespace commsim {
namespace {

const ConfigNode kEmptyMap{.kind = ConfigNode::Kind::kMap};

std::string_view kind_text(const ConfigNode& node) {
  switch (node.kind) {
    case ConfigNode::Kind::kNull:
      return "nothing";
    case ConfigNode::Kind::kScalar:
      return "a single value";
    case ConfigNode::Kind::kSequence:
      return "a list";
    case ConfigNode::Kind::kMap:
      return "a map";
  }
  return "";
}

}  // namespace

void ReadingContext::report_unknown_keys() {
  for (const auto& [node, section] : asked) {
    const auto& [path, keys] = section;
    const std::vector<std::string> legal(keys.begin(), keys.end());
    for (std::size_t i = 0; i < node->map.size(); ++i) {
      const std::string& key = node->map[i].key;
      if (keys.contains(key)) continue;
      diagnostics.add({.mark = node->key_marks[i],
                       .path = path.empty() ? key : fmt::format("{}.{}", path, key),
                       .text = fmt::format("unknown key '{}'{}", key, suggestion(key, legal))});
    }
  }
}

ConfigReader::ConfigReader(const ConfigNode& node, std::string path, ReadingContext& context)
    : ConfigReader(node, node, std::move(path), context) {}

ConfigReader::ConfigReader(const ConfigNode& node, const ConfigNode& place, std::string path,
                           ReadingContext& context)
    : node_(&node),
      place_(&place),
      path_(std::move(path)),
      context_(&context),
      errors_before_(context.diagnostics.said()) {
  if (node_->kind != ConfigNode::Kind::kMap) {
    error("", fmt::format("expected a map of keys and values, found {}", kind_text(*node_)));
    node_ = &kEmptyMap;
  } else if (node_ != &kEmptyMap) {
    context.asked[node_].first = path_;
  }
}

std::string ConfigReader::path_of(std::string_view key) const {
  if (key.empty()) return path_;
  return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

const ConfigNode* ConfigReader::raw(std::string_view key) {
  if (node_ != &kEmptyMap) context_->asked[node_].second.emplace(key);
  return node_->find(key);
}

const ConfigNode* ConfigReader::scalar(std::string_view key) {
  const ConfigNode* node = raw(key);
  if (node != nullptr && node->kind == ConfigNode::Kind::kSequence) {
    if (node->items.empty()) {
      error(key, "the list is empty; a sweep needs one value or more");
      return nullptr;
    }
    node = &context_->sweep.choose(*node, path_of(key));
  }
  if (node != nullptr && node->kind != ConfigNode::Kind::kScalar) {
    error_at(*node, key, fmt::format("expected a single value, found {}", kind_text(*node)));
    return nullptr;
  }
  return node;
}

template <typename Parse>
auto ConfigReader::parsed(std::string_view key, Parse parse)
    -> std::optional<decltype(parse(std::string_view{}))> {
  const ConfigNode* node = scalar(key);
  if (node == nullptr) return std::nullopt;
  try {
    return parse(std::string_view(node->scalar));
  } catch (const RequestError& refusal) {
    error_at(*node, key, refusal.what());
    return std::nullopt;
  }
}

std::optional<Bytes> ConfigReader::bytes(std::string_view key) { return parsed(key, parse_bytes); }

std::optional<Bandwidth> ConfigReader::bandwidth(std::string_view key) {
  return parsed(key, parse_bandwidth);
}

std::optional<Duration> ConfigReader::duration(std::string_view key) {
  return parsed(key, parse_duration);
}

std::optional<double> ConfigReader::number(std::string_view key) {
  return parsed(key, parse_number);
}

std::optional<std::int64_t> ConfigReader::whole(std::string_view key, WholeRange legal) {
  return parsed(key, [&](std::string_view text) {
    const std::int64_t value = parse_whole(text);
    if (value < legal.least || value > legal.most) {
      throw RequestError(
          legal.most == INT64_MAX
              ? fmt::format("{} is too small; legal: {} or more", value, legal.least)
              : fmt::format("{} is out of range; legal: {} to {}", value, legal.least, legal.most));
    }
    return value;
  });
}

std::optional<std::string> ConfigReader::text(std::string_view key) {
  return parsed(key, [](std::string_view text) { return std::string(text); });
}

std::optional<std::string> ConfigReader::word(std::string_view key,
                                              const std::vector<std::string>& legal) {
  return parsed(key, [&](std::string_view text) {
    if (std::find(legal.begin(), legal.end(), text) == legal.end()) {
      throw RequestError(fmt::format("unknown choice '{}'{}", text, suggestion(text, legal)));
    }
    return std::string(text);
  });
}

std::optional<TextFile> ConfigReader::file(std::string_view key) {
  const auto name = text(key);
  if (!name) return std::nullopt;
  auto read = checked(key, [&] { return read_text_file(context_->directory / *name); });
  if (read) context_->contents = mix(context_->contents ^ std::hash<std::string>{}(read->text));
  return read;
}

ConfigReader ConfigReader::section(std::string_view key) {
  const ConfigNode* node = raw(key);
  if (node == nullptr) return {kEmptyMap, *place_, path_of(key), *context_};
  return {*node, path_of(key), *context_};
}

void ConfigReader::read_all_keys() {
  for (const auto& entry : node_->map) raw(entry.key);
}

void ConfigReader::missing(std::string_view key) {
  if (raw(key) != nullptr) return;  // present and wrong: reported already
  error_at(*place_, key, fmt::format("the key '{}' is missing here", key));
}

void ConfigReader::refuse_sweep(std::string_view key, std::string_view why) {
  const ConfigNode* node = raw(key);
  if (node != nullptr && node->kind == ConfigNode::Kind::kSequence) {
    error(key, fmt::format("a list cannot stand here: {}", why));
  }
}

void ConfigReader::error(std::string_view key, std::string text) {
  const ConfigNode* node = key.empty() ? nullptr : node_->find(key);
  if (node == nullptr) node = place_;
  if (const ConfigNode* item = context_->sweep.chosen(*node)) node = item;
  error_at(*node, key, std::move(text));
}

void ConfigReader::error_at(const ConfigNode& node, std::string_view key, std::string text) {
  context_->diagnostics.add({.mark = node.mark, .path = path_of(key), .text = std::move(text)});
}

}  // namespace commsim
