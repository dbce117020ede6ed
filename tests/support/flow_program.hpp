// Flows that start at given times, whatever else is on the wire.
#pragma once

#include <utility>
#include <vector>

#include "tests/support/scripted_program.hpp"

namespace commsim {

struct Flow {
  Rank from = 0;
  Rank to = 0;
  Bytes size;
  Duration start{0};
};

/// Every flow has the lane of its index, so that flows of one rank overlap; its sender waits for
/// the start as if it computed.
inline ScriptedProgram flow_program(int ranks, const std::vector<Flow>& flows) {
  ScriptedProgram::Script script;
  for (std::size_t i = 0; i < flows.size(); ++i) {
    const Flow& flow = flows[i];
    const auto lane = static_cast<int>(i);
    script[{flow.from, lane}] = {{.compute = flow.start}, {.sends = {{flow.to, flow.size}}}};
    script[{flow.to, lane}] = {{.receives = {flow.from}}};
  }
  return {ranks, static_cast<int>(flows.size()), std::move(script)};
}

}  // namespace commsim
