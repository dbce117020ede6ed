// When a program ends on links that nobody shares, by the rules of program.hpp and T = L / B + D
// alone. Independent of the engine: no events, only passes over all lanes until nothing moves.
#pragma once

#include <deque>
#include <map>
#include <stdexcept>
#include <tuple>
#include <vector>

#include "collectives/algorithm.hpp"

namespace commsim::oracle {

/// The end of the last step of `program`; `cost(from, to)` is the AlphaBetaCost of a message.
/// Throws std::logic_error if some lane never ends.
template <typename Cost>
Duration end_time(const Program& program, Cost cost) {
  struct Lane {
    std::vector<Duration> ends;  // of its steps so far
    Step step;
    bool entered = false;
    bool started = false;
    Duration left{0};  // when sends have left and compute is over
  };
  const auto lanes = static_cast<std::size_t>(program.lanes());
  std::vector<Lane> all(static_cast<std::size_t>(program.participants()) * lanes);
  // From, its lane, to, its lane.
  std::map<std::tuple<Rank, int, Rank, int>, std::deque<Duration>> arrivals;
  const auto far = [](int number, const Transfer& transfer) {
    return transfer.lane == kSameLane ? number : transfer.lane;
  };

  const auto advance = [&](Rank r, int number) {
    Lane* const own = &all[static_cast<std::size_t>(r) * lanes];
    Lane& lane = own[number];
    const int at = static_cast<int>(lane.ends.size());
    if (at == program.steps(r, number)) return false;
    if (!lane.entered) {
      lane.step.clear();
      program.step(r, number, at, lane.step);
      lane.entered = true;
    }
    if (!lane.started) {
      Duration start = at == 0 ? Duration{0} : lane.ends.back();
      for (const Wait& wait : lane.step.waits()) {
        const auto& ends = own[wait.lane].ends;
        if (static_cast<int>(ends.size()) <= wait.step) return false;
        start = std::max(start, ends[static_cast<std::size_t>(wait.step)]);
      }
      lane.left = start + lane.step.compute();
      for (const Transfer& sent : lane.step.sends()) {
        const AlphaBetaCost link = cost(r, sent.peer);
        lane.left = std::max(lane.left, start + link.wire(sent.size));
        arrivals[{r, number, sent.peer, far(number, sent)}].push_back(start +
                                                                      link.message(sent.size));
      }
      lane.started = true;
    }
    Duration end = lane.left;
    for (const Transfer& received : lane.step.receives()) {
      const auto& waiting = arrivals[{received.peer, far(number, received), r, number}];
      if (waiting.empty()) return false;
      end = std::max(end, waiting.front());
    }
    for (const Transfer& received : lane.step.receives()) {
      arrivals[{received.peer, far(number, received), r, number}].pop_front();
    }
    lane.ends.push_back(end);
    lane.entered = lane.started = false;
    return true;
  };

  for (bool moved = true; moved;) {
    moved = false;
    for (Rank r = 0; r < program.participants(); ++r) {
      for (int l = 0; l < program.lanes(); ++l) {
        while (advance(r, l)) moved = true;
      }
    }
  }
  Duration end{0};
  for (std::size_t i = 0; i < all.size(); ++i) {
    const int steps = program.steps(static_cast<Rank>(i / lanes), static_cast<int>(i % lanes));
    if (static_cast<int>(all[i].ends.size()) != steps) throw std::logic_error("a lane never ends");
    if (steps > 0) end = std::max(end, all[i].ends.back());
  }
  return end;
}

}  // namespace commsim::oracle
