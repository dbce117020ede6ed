// Programs written out step by step, for tests that need schedules which no algorithm has:
//   ScriptedProgram program(2, 1, {{{0, 0}, {{.sends = {{1, 64_B}}}}},
//                                  {{1, 0}, {{.receives = {0}}}}});
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "collectives/program.hpp"

namespace commsim {

struct ScriptedStep {
  std::vector<std::pair<Rank, Bytes>> sends;  ///< to whom and how much
  std::vector<Rank> receives;                 ///< from whom
  std::vector<Wait> waits;
  Duration compute{0};
};

/// Says who sends how much to whom and when; what is in the messages does not matter.
class ScriptedProgram final : public Program {
 public:
  /// The steps of each lane, by rank and lane; a lane that is not there has none.
  using Script = std::map<std::pair<Rank, int>, std::vector<ScriptedStep>>;

  ScriptedProgram(int participants, int lanes, Script script)
      : participants_(participants), lanes_(lanes), script_(std::move(script)) {}

  [[nodiscard]] int participants() const override { return participants_; }
  [[nodiscard]] int lanes() const override { return lanes_; }
  [[nodiscard]] int steps(Rank rank, int lane) const override {
    const auto place = script_.find({rank, lane});
    return place == script_.end() ? 0 : static_cast<int>(place->second.size());
  }
  void step(Rank rank, int lane, int step, Step& out) const override {
    const ScriptedStep& scripted = script_.at({rank, lane}).at(static_cast<std::size_t>(step));
    for (const auto& [to, size] : scripted.sends) out.send(to, {.length = size});
    for (const Rank from : scripted.receives) out.receive(from, {}, Combine::kCopy);
    for (const Wait& wait : scripted.waits) out.wait_for(wait);
    out.compute(scripted.compute);
  }

 private:
  int participants_;
  int lanes_;
  Script script_;
};

}  // namespace commsim
