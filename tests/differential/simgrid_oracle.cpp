// An independent engine for the same programs: SimGrid with its TCP corrections off, so that what
// is left is max-min fairness (Casanova et al., "Versatile, scalable, and accurate simulation of
// distributed applications and platforms", JPDC 2014). It knows nothing of commsim: it reads a text
// from stdin and prints when each lane ends, as "RANK LANE TIME", and then "total TIME". All times
// are seconds.
//
//   links COUNT    then as many times: BYTES-PER-SECOND
//   lanes COUNT    then as many times: RANK LANE STEPS, then for each step:
//     COMPUTE
//     WAITS        then as many times: LANE STEP                     (of the same rank)
//     SENDS        then as many times: RANK LANE BYTES LATENCY LINKS LINK...
//     RECEIVES     then as many times: RANK LANE
//
// Links have no latency in SimGrid, because it weights flows by latency, which is not max-min; a
// message sleeps for the latency of its route after its transfer instead.
#include <algorithm>
#include <cstdint>
#include <iomanip>
#include <iostream>
#include <map>
#include <simgrid/s4u.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace sg = simgrid::s4u;

namespace {

using LaneName = std::pair<int, int>;  // rank, lane

struct Send {
  LaneName to;
  std::uint64_t bytes = 0;
  double latency = 0;
  std::vector<std::size_t> links;
};

struct Step {
  double compute = 0;
  std::vector<std::pair<int, std::size_t>> waits;  // lane, step
  std::vector<Send> sends;
  std::vector<LaneName> receives;
};

struct Lane {
  std::vector<Step> steps;
  sg::Host* host = nullptr;
  std::size_t done = 0;  // steps that have ended
  double end = 0;
  std::map<LaneName, sg::SemaphorePtr> arrived;  // by sender
};

using Lanes = std::map<LaneName, Lane>;

// Tells the lanes of a rank that one of them has ended a step.
struct Progress {
  sg::MutexPtr mutex = sg::Mutex::create();
  sg::ConditionVariablePtr changed = sg::ConditionVariable::create();
};

template <typename T>
T read() {
  T value{};
  if (!(std::cin >> value)) throw std::runtime_error("the input ends too soon or is no number");
  return value;
}

template <typename Item, typename Read>
std::vector<Item> read_list(Read read_item) {
  std::vector<Item> items;
  for (auto left = read<std::size_t>(); left > 0; --left) items.push_back(read_item());
  return items;
}

void read_word(const std::string& word) {
  if (read<std::string>() != word) throw std::runtime_error("expected '" + word + "'");
}

LaneName read_name() {
  const int rank = read<int>();
  return {rank, read<int>()};
}

Step read_step() {
  Step step;
  step.compute = read<double>();
  step.waits = read_list<std::pair<int, std::size_t>>([] {
    const int lane = read<int>();
    return std::pair{lane, read<std::size_t>()};
  });
  step.sends = read_list<Send>([] {
    Send send;
    send.to = read_name();
    send.bytes = read<std::uint64_t>();
    send.latency = read<double>();
    send.links = read_list<std::size_t>(read<std::size_t>);
    return send;
  });
  step.receives = read_list<LaneName>(read_name);
  return step;
}

// A host for each lane, because lanes may take different routes between the same ranks.
Lanes read_lanes(sg::NetZone& zone) {
  Lanes lanes;
  read_word("lanes");
  for (auto left = read<std::size_t>(); left > 0; --left) {
    const int rank = read<int>();
    const int number = read<int>();
    Lane& lane = lanes[{rank, number}];
    lane.steps = read_list<Step>(read_step);
    lane.host = zone.create_host(std::to_string(rank) + "." + std::to_string(number), 1e9)->seal();
    for (const Step& step : lane.steps) {
      for (const LaneName& from : step.receives) {
        auto& arrived = lane.arrived[from];
        if (!arrived) arrived = sg::Semaphore::create(0);
      }
    }
  }
  return lanes;
}

void add_routes(sg::NetZone& zone, const Lanes& lanes, const std::vector<sg::Link*>& links) {
  std::map<std::pair<const sg::Host*, const sg::Host*>, std::vector<std::size_t>> known;
  for (const auto& [name, lane] : lanes) {
    for (const Step& step : lane.steps) {
      for (const Send& send : step.sends) {
        const sg::Host* to = lanes.at(send.to).host;
        const auto [place, fresh] = known.try_emplace({lane.host, to}, send.links);
        if (!fresh && place->second != send.links) throw std::runtime_error("two routes of a lane");
        if (!fresh) continue;
        std::vector<sg::LinkInRoute> route;
        for (const std::size_t link : send.links) route.emplace_back(links.at(link));
        zone.add_route(lane.host->get_netpoint(), to->get_netpoint(), nullptr, nullptr, route,
                       false);
      }
    }
  }
}

void carry(const Send& send, sg::Host* from, sg::Host* to, const sg::SemaphorePtr& left,
           const sg::SemaphorePtr& arrived) {
  if (send.bytes > 0) sg::Comm::sendto(from, to, send.bytes);
  left->release();
  if (send.latency > 0) sg::this_actor::sleep_for(send.latency);
  arrived->release();
}

void run_step(Lanes& lanes, LaneName name, const Step& step, const Progress& rank) {
  Lane& lane = lanes.at(name);
  {
    const std::unique_lock<sg::Mutex> lock(*rank.mutex);
    for (const auto& [other, number] : step.waits) {
      const Lane& awaited = lanes.at({name.first, other});
      rank.changed->wait(lock, [&awaited, n = number] { return awaited.done > n; });
    }
  }
  const double compute_end = sg::Engine::get_clock() + step.compute;
  const sg::SemaphorePtr left = sg::Semaphore::create(0);
  for (const Send& send : step.sends) {
    Lane& to = lanes.at(send.to);
    sg::Actor::create("message", lane.host, [&send, &lane, &to, left, from = name] {
      carry(send, lane.host, to.host, left, to.arrived.at(from));
    });
  }
  for (std::size_t i = 0; i < step.sends.size(); ++i) left->acquire();
  for (const LaneName& from : step.receives) lane.arrived.at(from)->acquire();
  if (compute_end > sg::Engine::get_clock()) sg::this_actor::sleep_until(compute_end);
  const std::unique_lock<sg::Mutex> lock(*rank.mutex);
  ++lane.done;
  rank.changed->notify_all();
}

int run() {
  sg::NetZone* zone = sg::create_full_zone("cluster");
  read_word("links");
  std::size_t count = 0;
  const auto links = read_list<sg::Link*>(
      [&] { return zone->create_link("link" + std::to_string(count++), read<double>())->seal(); });
  Lanes lanes = read_lanes(*zone);
  add_routes(*zone, lanes, links);
  zone->seal();

  std::map<int, Progress> ranks;
  for (auto& [name, lane] : lanes) {
    sg::Actor::create("lane", lane.host,
                      [&lanes, name = name, &lane = lane, &rank = ranks[name.first]] {
                        for (const Step& step : lane.steps) run_step(lanes, name, step, rank);
                        lane.end = sg::Engine::get_clock();
                      });
  }
  sg::Engine::get_instance()->run();

  double total = 0;
  std::cout << std::setprecision(17);
  for (const auto& [name, lane] : lanes) {
    if (lane.done != lane.steps.size()) throw std::runtime_error("the program deadlocks");
    std::cout << name.first << ' ' << name.second << ' ' << lane.end << '\n';
    total = std::max(total, lane.end);
  }
  std::cout << "total " << total << '\n';
  return 0;
}

}  // namespace

int main() {
  std::vector<std::string> options{
      "simgrid_oracle",
      "--cfg=network/model:CM02",
      "--cfg=network/latency-factor:1",
      "--cfg=network/bandwidth-factor:1",
      "--cfg=network/weight-S:0",
      "--cfg=network/TCP-gamma:0",
      "--cfg=network/crosstraffic:0",
      "--cfg=surf/precision:1e-12",
      "--cfg=contexts/stack-size:128",
      "--log=xbt_cfg.thresh:warning",
  };
  std::vector<char*> arguments;
  for (std::string& option : options) arguments.push_back(option.data());
  int argument_count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  const sg::Engine engine(&argument_count, arguments.data());
  try {
    return run();
  } catch (const std::exception& error) {
    std::cerr << "simgrid_oracle: " << error.what() << '\n';
    return 1;
  }
}
