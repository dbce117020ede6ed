// Nothing joins the GPUs of a server: they meet only through NICs.
#include "topology/servers/server_nic_pairs.hpp"

namespace commsim::none {
namespace {

// A link to no other GPU may be written, so that one file can sweep `intra`.
std::vector<std::unique_ptr<ServerPart>> read(ServerKeys& keys) {
  keys.link("gpu_link", &ServerSpec::gpu_link, false);
  if (!keys.networked() && keys.gpus() > 1 && keys.section().raw("intra") != nullptr) {
    keys.section().error("intra",
                         "GPUs that meet only through NICs need a network, and a server by itself "
                         "has none; legal here: another wiring, such as switch, or servers: 2");
  }
  std::vector<std::unique_ptr<ServerPart>> parts;
  parts.push_back(read_nic_pairs(keys));
  return parts;
}

const Registration<Wiring> registration{{
    .name = "none",
    .summary = "GPUs of a server meet only through NICs",
    .reference = "servers of one GPU each, or whose GPUs may not reach each other directly",
    .read = read,
}};

}  // namespace
}  // namespace commsim::none
