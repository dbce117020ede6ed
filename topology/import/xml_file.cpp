#include "topology/import/xml_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <pugixml.hpp>

#include "core/error.hpp"
#include "core/quantity_text.hpp"

namespace commsim {
namespace {

std::size_t offset_of(const pugi::xml_node& element) {
  return static_cast<std::size_t>(std::max<std::ptrdiff_t>(element.offset_debug(), 0));
}

class LimitWalker final : public pugi::xml_tree_walker {
 public:
  LimitWalker(const TextFile& file, const XmlLimits& limits) : file_(file), limits_(limits) {}

  bool for_each(pugi::xml_node& node) override {
    if (depth() >= limits_.depth) {
      fail_at(file_, node, fmt::format("elements are nested more than {} deep", limits_.depth));
    }
    if (++elements_ > limits_.elements) {
      fail_at(file_, node, fmt::format("there are more than {} elements", limits_.elements));
    }
    return true;
  }

 private:
  const TextFile& file_;
  const XmlLimits& limits_;
  std::size_t elements_ = 0;
};

}  // namespace

void parse_xml(const TextFile& file, const XmlLimits& limits, pugi::xml_document& document) {
  if (file.text.size() > limits.bytes) {
    file.fail(fmt::format("is larger than the {} bytes that are legal here", limits.bytes));
  }
  const auto result = document.load_buffer(file.text.data(), file.text.size(), pugi::parse_default,
                                           pugi::encoding_utf8);
  if (!result) {
    file.fail(static_cast<std::size_t>(std::max<std::ptrdiff_t>(result.offset, 0)),
              fmt::format("is no XML: {}", result.description()));
  }
  LimitWalker walker(file, limits);
  document.traverse(walker);
}

void fail_at(const TextFile& file, const pugi::xml_node& element, std::string message) {
  file.fail(offset_of(element), std::move(message));
}

void fail_at(const TextFile& file, const pugi::xml_node& element,
             const pugi::xml_attribute& attribute, std::string message) {
  // Names stay where they were parsed, in one buffer, so their distance is that in the file.
  const auto ahead = static_cast<std::size_t>(attribute.name() - element.name());
  file.fail(offset_of(element) + ahead, std::move(message));
}

std::string text_of(const TextFile& file, const pugi::xml_node& element, const char* attribute) {
  const pugi::xml_attribute found = element.attribute(attribute);
  if (found.empty()) {
    fail_at(file, element,
            fmt::format("<{}> has no attribute '{}', which is needed", element.name(), attribute));
  }
  return found.value();
}

std::int64_t whole_of(const TextFile& file, const pugi::xml_node& element, const char* attribute,
                      std::int64_t least, std::int64_t most) {
  const std::string text = text_of(file, element, attribute);
  const pugi::xml_attribute found = element.attribute(attribute);
  try {
    const std::int64_t value = parse_whole(text);
    if (value >= least && value <= most) return value;
  } catch (const RequestError&) {
    // Said below, with the range.
  }
  fail_at(file, element, found,
          fmt::format("'{}' is no legal {}; legal: {} to {}", text, attribute, least, most));
}

}  // namespace commsim
