#include "collectives/proof/checker.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <deque>
#include <map>
#include <queue>
#include <tuple>

#include "collectives/proof/contract.hpp"
#include "core/index.hpp"
#include "core/random.hpp"

namespace commsim {
namespace {

/// A fault ends the replay at once; it never leaves this file.
struct Fault {
  std::string text;
};

struct Message {
  SymbolicData data;
  int step;                 // of the sender
  std::vector<bool> heard;  // by rank: whether its beginning lies before this message
  bool arrived = false;
};

struct Channel {
  std::deque<Message> waiting;  // in the order of sending
  std::int64_t taken = 0;
};

struct Lane {
  Rank rank = 0;
  int number = 0;
  int steps = 0;
  int at = 0;            // the step that it is in
  bool waiting = false;  // for steps of other lanes
  bool started = false;
  int leaving = 0;  // sends that have not left, and compute that is not over
  Step step;

  [[nodiscard]] bool done() const { return at >= steps; }
  [[nodiscard]] std::string place() const {
    return fmt::format("rank {} lane {} step {}", rank, number, at);
  }
};

struct Buffers {
  SymbolicData output;
  SymbolicData input;
  SymbolicData scratch;
  std::vector<bool> heard;

  SymbolicData& of(Buffer buffer) {
    return buffer == Buffer::kOutput ? output : buffer == Buffer::kInput ? input : scratch;
  }
};

class Replay {
 public:
  Replay(const Program& program, const CollectiveCall& call, std::uint64_t seed)
      : program_(program), contract_(call), ranks_(call.layout.ranks()), random_(seed) {
    for (Rank r = 0; r < program.participants(); ++r) {
      buffers_.push_back({contract_.output(r),
                          contract_.input(r),
                          {ranks_, program.scratch(r).count()},
                          std::vector<bool>(index(ranks_))});
      if (r < ranks_) buffers_.back().heard[index(r)] = true;
      for (int l = 0; l < program.lanes(); ++l) {
        lanes_.push_back({.rank = r, .number = l, .steps = program.steps(r, l)});
      }
    }
  }

  void run() {
    for (Lane& lane : lanes_) enter(lane);
    while (!events_.empty()) {
      const auto [time, order, action] = events_.top();
      events_.pop();
      now_ = time;
      if (action.sender) {
        --action.lane->leaving;
      } else {
        Channel& channel = channels_[action.channel];
        channel.waiting[index(action.message - channel.taken)].arrived = true;
      }
      try_end(*action.lane);
    }
    refuse_stuck();
    refuse_left_over();
    for (Rank r = 0; r < program_.participants(); ++r) {
      if (const auto fault = contract_.violation(r, buffers_[index(r)].output)) throw Fault{*fault};
      if (contract_.hears_all() && r < ranks_) refuse_unheard(r);
    }
  }

 private:
  using ChannelKey = std::tuple<Rank, int, Rank, int>;  // from, its lane, to, its lane
  struct Action {
    bool sender;  // something has left, or else a message has arrived
    Lane* lane;
    ChannelKey channel;
    std::int64_t message;  // number in the channel
  };
  struct Event {
    std::uint64_t time;
    std::uint64_t order;
    Action action;
    bool operator<(const Event& other) const {
      return std::tie(time, order) > std::tie(other.time, other.order);
    }
  };

  Lane& lane_of(Rank r, int lane) { return lanes_[index(r * program_.lanes() + lane)]; }
  // The lane of the peer that a transfer of `lane` names.
  static int far_lane(const Lane& lane, const Transfer& transfer) {
    return transfer.lane == kSameLane ? lane.number : transfer.lane;
  }
  static ChannelKey outgoing(const Lane& lane, const Transfer& sent) {
    return {lane.rank, lane.number, sent.peer, far_lane(lane, sent)};
  }
  static ChannelKey incoming(const Lane& lane, const Transfer& received) {
    return {received.peer, far_lane(lane, received), lane.rank, lane.number};
  }

  void schedule(Action action) {
    constexpr std::uint64_t kLongest = 1000;
    events_.push({now_ + random_.below(kLongest), events_pushed_++, action});
  }

  void enter(Lane& lane) {
    if (lane.done()) return;
    lane.step.clear();
    lane.waiting = true;
    lane.started = false;
    program_.step(lane.rank, lane.number, lane.at, lane.step);
    refuse_bad_step(lane);
    try_start(lane);
  }

  void try_start(Lane& lane) {
    for (const Wait& wait : lane.step.waits()) {
      if (lane_of(lane.rank, wait.lane).at <= wait.step) return;
    }
    lane.waiting = false;
    lane.started = true;
    for (const Transfer& sent : lane.step.sends()) send(lane, sent);
    lane.leaving = static_cast<int>(lane.step.sends().size());
    if (lane.step.compute() > Duration{0}) {
      ++lane.leaving;
      schedule({.sender = true, .lane = &lane, .channel = {}, .message = 0});
    }
    try_end(lane);
  }

  void send(Lane& lane, const Transfer& sent) {
    Message message{.data = {ranks_, sent.size.count()},
                    .step = lane.at,
                    .heard = buffers_[index(lane.rank)].heard};
    std::int64_t filled = 0;
    for_each_block(lane, sent, [&](SymbolicData& buffer, std::int64_t at, std::int64_t length) {
      message.data.combine(filled, buffer, at, length, Combine::kCopy);
      filled += length;
    });
    const ChannelKey key = outgoing(lane, sent);
    Channel& channel = channels_[key];
    const auto number = channel.taken + static_cast<std::int64_t>(channel.waiting.size());
    channel.waiting.push_back(std::move(message));
    schedule({.sender = true, .lane = &lane, .channel = key, .message = number});
    schedule({.sender = false,
              .lane = &lane_of(sent.peer, far_lane(lane, sent)),
              .channel = key,
              .message = number});
  }

  void try_end(Lane& lane) {
    if (lane.done() || !lane.started || lane.leaving > 0) return;
    for (const Transfer& received : lane.step.receives()) {
      const Channel& channel = channels_[incoming(lane, received)];
      if (channel.waiting.empty() || !channel.waiting.front().arrived) return;
    }
    for (std::size_t i = 0; i < lane.step.receives().size(); ++i) {
      receive(lane, lane.step.receives()[i], lane.step.combine(i));
    }
    for (const LocalCopy& copy : lane.step.copies()) make(lane, copy);
    ++lane.at;
    enter(lane);
    for (int l = 0; l < program_.lanes(); ++l) {
      Lane& other = lane_of(lane.rank, l);
      if (other.waiting) try_start(other);
    }
  }

  void receive(Lane& lane, const Transfer& received, Combine how) {
    Channel& channel = channels_[incoming(lane, received)];
    const Message message = std::move(channel.waiting.front());
    channel.waiting.pop_front();
    ++channel.taken;
    if (message.data.size() != received.size.count()) {
      throw Fault{fmt::format("{} receives {} bytes from rank {}, which sends {} in step {}",
                              lane.place(), received.size.count(), received.peer,
                              message.data.size(), message.step)};
    }
    auto& heard = buffers_[index(lane.rank)].heard;
    for (std::size_t r = 0; r < heard.size(); ++r) {
      if (message.heard[r]) heard[r] = true;
    }
    std::int64_t used = 0;
    for_each_block(lane, received, [&](SymbolicData& buffer, std::int64_t at, std::int64_t length) {
      buffer.combine(at, message.data, used, length, how);
      used += length;
    });
  }

  void make(Lane& lane, const LocalCopy& copy) {
    SymbolicData data(ranks_, copy.from.size().count());
    std::int64_t filled = 0;
    for_each_block(lane, copy.from, [&](SymbolicData& buffer, std::int64_t at, std::int64_t size) {
      data.combine(filled, buffer, at, size, Combine::kCopy);
      filled += size;
    });
    std::int64_t used = 0;
    for_each_block(lane, copy.to, [&](SymbolicData& buffer, std::int64_t at, std::int64_t size) {
      buffer.combine(at, data, used, size, copy.how);
      used += size;
    });
  }

  template <typename Visit>
  void for_each_block(const Lane& lane, const Range& range, Visit visit) {
    for (std::int64_t i = 0; i < range.count; ++i) {
      visit(buffers_[index(lane.rank)].of(range.buffer), (range.offset + range.stride * i).count(),
            range.length.count());
    }
  }

  template <typename Visit>
  void for_each_block(const Lane& lane, const Transfer& transfer, Visit visit) {
    for (const Range& range : lane.step.ranges(transfer)) for_each_block(lane, range, visit);
  }

  void refuse_bad_step(Lane& lane) {
    for (const Wait& wait : lane.step.waits()) {
      const bool exists = wait.lane >= 0 && wait.lane < program_.lanes() && wait.step >= 0 &&
                          wait.step < program_.steps(lane.rank, wait.lane);
      if (!exists) {
        throw Fault{fmt::format("{} waits for step {} of lane {}, which does not exist",
                                lane.place(), wait.step, wait.lane)};
      }
    }
    refuse_bad_transfers(lane, lane.step.sends(), "sends to");
    refuse_bad_transfers(lane, lane.step.receives(), "receives from");
    for (const LocalCopy& copy : lane.step.copies()) refuse_bad_copy(lane, copy);
  }

  void refuse_bad_copy(Lane& lane, const LocalCopy& copy) {
    if (copy.from.size() != copy.to.size()) {
      throw Fault{fmt::format("{} copies {} bytes to where {} are meant to be", lane.place(),
                              copy.from.size().count(), copy.to.size().count())};
    }
    for (const Range& range : {copy.from, copy.to}) refuse_outside(lane, range, "copies");
  }

  void refuse_outside(Lane& lane, const Range& range, const std::string& what) {
    for_each_block(lane, range, [&](SymbolicData& buffer, std::int64_t at, std::int64_t size) {
      if (at >= 0 && size >= 0 && at + size <= buffer.size()) return;
      throw Fault{fmt::format("{} {} bytes {} to {} of a buffer of {}", lane.place(), what, at,
                              at + size, buffer.size())};
    });
  }

  void refuse_bad_transfers(Lane& lane, std::span<const Transfer> transfers,
                            std::string_view what) {
    std::vector<std::pair<Rank, int>> peers;
    for (const Transfer& transfer : transfers) {
      const int far = far_lane(lane, transfer);
      if (transfer.peer < 0 || transfer.peer >= program_.participants() ||
          transfer.peer == lane.rank || far < 0 || far >= program_.lanes()) {
        throw Fault{fmt::format("{} {} rank {} lane {}, which is no peer", lane.place(), what,
                                transfer.peer, far)};
      }
      peers.emplace_back(transfer.peer, far);
      for (const Range& range : lane.step.ranges(transfer)) {
        refuse_outside(lane, range, fmt::format("{} rank {}", what, transfer.peer));
      }
    }
    std::sort(peers.begin(), peers.end());
    const auto twice = std::adjacent_find(peers.begin(), peers.end());
    if (twice != peers.end()) {
      throw Fault{fmt::format("{} {} rank {} twice in one step", lane.place(), what, twice->first)};
    }
  }

  void refuse_unheard(Rank r) {
    const auto& heard = buffers_[index(r)].heard;
    const auto missing = std::find(heard.begin(), heard.end(), false);
    if (missing == heard.end()) return;
    throw Fault{fmt::format("rank {} ends before it can know that rank {} has begun", r,
                            missing - heard.begin())};
  }

  // Nothing will ever happen any more: whoever is not done waits for ever.
  void refuse_stuck() {
    std::vector<std::string> stuck;
    for (const Lane& lane : lanes_) {
      if (!lane.done())
        stuck.push_back(fmt::format("{} waits for {}", lane.place(), awaited(lane)));
    }
    if (stuck.empty()) return;
    constexpr std::size_t kShown = 4;
    const std::size_t more = stuck.size() - std::min(stuck.size(), kShown);
    stuck.resize(stuck.size() - more);
    throw Fault{fmt::format("deadlock: {}{}", fmt::join(stuck, "; "),
                            more > 0 ? fmt::format("; and {} more", more) : "")};
  }

  std::string awaited(const Lane& lane) {
    for (const Wait& wait : lane.step.waits()) {
      if (lane.waiting && lane_of(lane.rank, wait.lane).at <= wait.step) {
        return fmt::format("step {} of its lane {}", wait.step, wait.lane);
      }
    }
    for (const Transfer& received : lane.step.receives()) {
      if (channels_[incoming(lane, received)].waiting.empty()) {
        return fmt::format("a message from rank {}", received.peer);
      }
    }
    return "nothing";
  }

  void refuse_left_over() {
    for (const auto& [key, channel] : channels_) {
      if (channel.waiting.empty()) continue;
      throw Fault{fmt::format("rank {} never receives what rank {} lane {} sends it in step {}",
                              std::get<2>(key), std::get<0>(key), std::get<1>(key),
                              channel.waiting.front().step)};
    }
  }

  const Program& program_;
  Contract contract_;
  Rank ranks_;
  Random random_;
  std::vector<Buffers> buffers_;
  std::vector<Lane> lanes_;
  std::map<ChannelKey, Channel> channels_;
  std::priority_queue<Event> events_;
  std::uint64_t now_ = 0;
  std::uint64_t events_pushed_ = 0;
};

}  // namespace

std::optional<std::string> find_fault(const Program& program, const CollectiveCall& call,
                                      std::uint64_t seed) {
  Replay replay(program, call, seed);
  try {
    replay.run();
  } catch (const Fault& fault) {
    return fault.text;
  }
  return std::nullopt;
}

}  // namespace commsim
