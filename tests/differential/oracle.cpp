#include "tests/differential/oracle.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "tests/support/command.hpp"

namespace commsim::differential {
namespace {

#ifdef COMMSIM_SIMGRID_ORACLE
constexpr const char* kOracle = COMMSIM_SIMGRID_ORACLE;
#else
constexpr const char* kOracle = nullptr;
#endif

int far_lane(const Transfer& transfer, int lane) {
  return transfer.lane == kSameLane ? lane : transfer.lane;
}

// Counts the flows of each pair, in the order in which they are met.
class Turns {
 public:
  std::uint32_t of(Rank from, Rank to, int lane) {
    auto& lanes = lanes_[{from, to}];
    const auto next = static_cast<std::uint32_t>(lanes.size());
    return lanes.try_emplace(lane, next).first->second;
  }

 private:
  std::map<std::pair<Rank, Rank>, std::map<int, std::uint32_t>> lanes_;
};

void write_send(std::string& text, const SimulationInput& input, std::span<const LinkId> route,
                const Transfer& send, int lane) {
  Duration latency{0};
  for (const LinkId link : route) latency += input.topology.link(link).latency;
  fmt::format_to(std::back_inserter(text), "  {} {} {} {:.17g} {}", send.peer, far_lane(send, lane),
                 send.size.count(), seconds(latency), route.size());
  for (const LinkId link : route) fmt::format_to(std::back_inserter(text), " {}", link);
  text += '\n';
}

}  // namespace

bool has_simgrid() { return kOracle != nullptr; }

std::string oracle_text(const SimulationInput& input) {
  const Program& program = input.program;
  std::string text = fmt::format("links {}\n", input.topology.links().size());
  const auto out = std::back_inserter(text);
  for (const Link& link : input.topology.links()) {
    fmt::format_to(out, "{:.17g}\n", link.bandwidth.bytes_per_second());
  }
  std::vector<std::pair<Rank, int>> lanes;
  for (Rank rank = 0; rank < program.participants(); ++rank) {
    for (int lane = 0; lane < program.lanes(); ++lane) {
      if (program.steps(rank, lane) > 0) lanes.emplace_back(rank, lane);
    }
  }
  fmt::format_to(out, "lanes {}\n", lanes.size());
  Router router(input.topology, input.routing, input.settings());
  const auto device = [&](Rank participant) {
    return input.participants()[static_cast<std::size_t>(participant)];
  };
  std::vector<LinkId> route;
  Turns turns;
  Step step;
  for (const auto& [rank, lane] : lanes) {
    const int steps = program.steps(rank, lane);
    fmt::format_to(out, "{} {} {}\n", rank, lane, steps);
    for (int s = 0; s < steps; ++s) {
      step.clear();
      program.step(rank, lane, s, step);
      fmt::format_to(out, " {:.17g} {}", seconds(step.compute()), step.waits().size());
      for (const Wait& wait : step.waits()) fmt::format_to(out, " {} {}", wait.lane, wait.step);
      fmt::format_to(out, " {}\n", step.sends().size());
      for (const Transfer& send : step.sends()) {
        router.route({.from = device(rank),
                      .to = device(send.peer),
                      .flow = static_cast<std::uint32_t>(lane),
                      .turn = turns.of(rank, send.peer, lane)},
                     route);
        write_send(text, input, route, send, lane);
      }
      fmt::format_to(out, " {}", step.receives().size());
      for (const Transfer& receive : step.receives()) {
        fmt::format_to(out, " {} {}", receive.peer, far_lane(receive, lane));
      }
      text += '\n';
    }
  }
  return text;
}

OracleOutcome run_oracle(const SimulationInput& input) {
  if (!has_simgrid()) throw std::runtime_error("built without SimGrid");
  const support::TemporaryFolder folder;
  const std::string in = (folder.path() / "in").string();
  const std::string out = (folder.path() / "out").string();
  std::ofstream(in) << oracle_text(input);
  const int status = std::system(fmt::format("'{}' <'{}' >'{}'", kOracle, in, out).c_str());
  if (status != 0) throw std::runtime_error(fmt::format("simgrid_oracle fails with {}", status));

  OracleOutcome outcome;
  std::istringstream answer(support::read_file(out));
  for (std::string first; answer >> first && first != "total";) {
    const Rank rank = std::stoi(first);
    int lane = 0;
    answer >> lane;
    answer >> outcome.lanes[{rank, lane}];
  }
  if (!(answer >> outcome.time)) throw std::runtime_error("simgrid_oracle prints no total");
  return outcome;
}

}  // namespace commsim::differential
