// Choices of a plan that vary together: another GPU in another server at another price.
#pragma once

#include <string>
#include <vector>

#include "core/config_node.hpp"

namespace commsim {

/// Where the name of the alternative stands among the choices of a point, and where `--set` picks
/// one.
constexpr const char* kAlternativePath = "plan.alternative";

struct PlanAlternative {
  std::string name;  ///< empty: the file has none
  ConfigDocument document;
};

/// What a plan is to be read as. `plan.alternatives` maps names to values by key path; each
/// alternative is the document with these in place (maps are merged key by key, anything else is
/// replaced), and with what `--set` says on top. `plan.alternative` is the name of one, or a list
/// of some; without it all are meant. Without alternatives there is the document itself. Throws
/// ConfigError at what is wrong with the two keys.
std::vector<PlanAlternative> alternatives_of(const ConfigDocument& document);

}  // namespace commsim
