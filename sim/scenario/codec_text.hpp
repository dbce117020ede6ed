// Chains of codecs as scenarios and the command line write them.
#pragma once

#include <string>
#include <vector>

#include "collectives/compression/chain.hpp"
#include "core/config_reader.hpp"

namespace commsim {

/// Reads `int8`, `{int8: {block: 64}}` or a list of such, which is a chain and no sweep; the values
/// of parameters may be swept. `path` names the place in messages. Errors are reported, and the
/// answer is empty then.
std::vector<CodecStage> read_chain(const ConfigNode& node, const std::string& path,
                                   ReadingContext& context);

/// The same of a text of YAML; throws ConfigError.
std::vector<CodecStage> parse_chain(const std::string& text);

/// "top_k (density 0.01) + int8": what the user said, with no defaults.
std::string chain_text(const std::vector<CodecStage>& stages);

}  // namespace commsim
