#include <fmt/format.h>

#include "core/error.hpp"
#include "sim/cli/ranks.hpp"

namespace commsim {

std::string text_of_first(const Ranks& ranks, const std::string& /*text*/) {
  throw MachineError(fmt::format(
      "{} processes were started together, but this commsim was built without MPI; install it "
      "(on Debian: libopenmpi-dev) and build again",
      ranks.count));
}

}  // namespace commsim
