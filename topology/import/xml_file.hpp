// XML with errors at their places, and without what can exhaust memory or the stack.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/text_file.hpp"

namespace pugi {
class xml_attribute;
class xml_document;
class xml_node;
}  // namespace pugi

namespace commsim {

struct XmlLimits {
  std::size_t bytes = std::size_t{1} << 24U;
  std::size_t elements = std::size_t{1} << 20U;
  int depth = 64;
};

/// Parses the file as UTF-8. Throws ConfigError at the place where it is not XML or passes a limit.
void parse_xml(const TextFile& file, const XmlLimits& limits, pugi::xml_document& document);

/// Throws ConfigError at the name of the element (of the attribute of an element).
[[noreturn]] void fail_at(const TextFile& file, const pugi::xml_node& element, std::string message);
[[noreturn]] void fail_at(const TextFile& file, const pugi::xml_node& element,
                          const pugi::xml_attribute& attribute, std::string message);

/// An attribute that must be there.
std::string text_of(const TextFile& file, const pugi::xml_node& element, const char* attribute);

/// A whole number in that range, in decimal, that must be there.
std::int64_t whole_of(const TextFile& file, const pugi::xml_node& element, const char* attribute,
                      std::int64_t least, std::int64_t most);

}  // namespace commsim
