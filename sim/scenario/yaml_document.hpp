// Scenario files, and what --set puts on top of them, as a ConfigDocument. Lines and columns count
// from 1, columns in bytes.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/config_node.hpp"

namespace commsim {

/// Reads a file, which may be a pipe. Throws ConfigError: without a line if it cannot be read, is
/// larger than 16 MiB or is empty; with line and column for bytes that are not text, bad syntax,
/// duplicate keys, keys that are no scalars, tags, aliases that are cyclic or expand past 1,000,000
/// values, nesting deeper than 64 levels and a second document.
ConfigDocument read_yaml_file(const std::filesystem::path& file);

/// The same for a text; `name` stands for the file in messages.
ConfigDocument read_yaml_text(std::string_view text, std::string name);

/// Applies "path=value" to the document, as `--set` does. The path is dotted; a part that meets a
/// list is an index from 0; missing maps are made. The value is YAML, so "[1, 2]" sweeps. New nodes
/// are marked with a new source, "--set path=value", and no line. Throws ConfigError and leaves the
/// tree as it was.
void apply_override(ConfigDocument& document, std::string_view assignment);

/// Applies once more, in their order, what apply_override has put on the document: after a change
/// to the tree they are on top again. Throws ConfigError.
void repeat_overrides(ConfigDocument& document);

}  // namespace commsim
