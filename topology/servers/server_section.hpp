// Reads one server: from a preset, from keys, or from a file that a real one has written.
#pragma once

#include <memory>

#include "core/config_reader.hpp"
#include "topology/server_plan.hpp"

namespace commsim {

/// The server that `section` describes: by the key of a ServerImport, or by `preset`, `gpus`,
/// `nics`, `intra`, the keys of that wiring, and `nic`. What is wrong is reported; then stand-ins
/// are read, or nothing is returned and all keys of the section count as known. A server that is
/// not `networked` needs no NICs.
std::unique_ptr<ServerPlan> read_server(ConfigReader& section, bool networked);

}  // namespace commsim
