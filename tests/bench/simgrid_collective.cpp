// The peer: collectives of 64 MiB over one switch in SimGrid, one actor for each rank, as a SimGrid
// user would write them. Its corrections for TCP are off, so that its law is ours, T = L / B + D.
// Prints the simulated time in seconds.
//   simgrid_collective ring|hierarchical|all_to_all RANKS
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <simgrid/s4u.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace sg = simgrid::s4u;

namespace {

constexpr std::uint64_t kSize = 64 << 20;
constexpr int kRanksOfServer = 8;

// What an actor needs of the messages to one rank: those of a ring must not mix with those of
// another ring through the same rank.
sg::Mailbox* mailbox(const std::string& ring, int rank) {
  return sg::Mailbox::by_name(ring + std::to_string(rank));
}

// Neighbours on a ring exchange a chunk so many times.
void go_round(sg::Mailbox* in, sg::Mailbox* out, std::uint64_t chunk, int steps) {
  int token = 0;
  for (int step = 0; step < steps; ++step) {
    int* received = nullptr;
    const sg::CommPtr send = out->put_async(&token, chunk);
    const sg::CommPtr receive = in->get_async<int>(&received);
    receive->wait();
    send->wait();
  }
}

void ring(int self, int ranks) {
  go_round(mailbox("ring", self), mailbox("ring", (self + 1) % ranks),
           kSize / static_cast<std::uint64_t>(ranks), 2 * (ranks - 1));
}

// Reduce-scatter inside servers, all-reduce on each rail, all-gather inside servers; all by rings.
void hierarchical(int self, int ranks) {
  const int server = self / kRanksOfServer;
  const int servers = ranks / kRanksOfServer;
  const int place = self % kRanksOfServer;
  sg::Mailbox* const in = mailbox("server", self);
  sg::Mailbox* const out =
      mailbox("server", server * kRanksOfServer + (place + 1) % kRanksOfServer);
  sg::Mailbox* const rail_in = mailbox("rail", self);
  sg::Mailbox* const rail_out = mailbox("rail", (server + 1) % servers * kRanksOfServer + place);
  go_round(in, out, kSize / kRanksOfServer, kRanksOfServer - 1);
  go_round(rail_in, rail_out, kSize / static_cast<std::uint64_t>(ranks), 2 * (servers - 1));
  go_round(in, out, kSize / kRanksOfServer, kRanksOfServer - 1);
}

void all_to_all(int self, int ranks) {
  const std::uint64_t block = kSize / static_cast<std::uint64_t>(ranks);
  int token = 0;
  std::vector<int*> received(static_cast<std::size_t>(ranks));
  std::vector<sg::CommPtr> pending;
  for (int i = 1; i < ranks; ++i) {
    pending.push_back(mailbox("all", (self + i) % ranks)->put_async(&token, block));
    pending.push_back(mailbox("all", self)->get_async<int>(&received[static_cast<std::size_t>(i)]));
  }
  for (const sg::CommPtr& message : pending) message->wait();
}

using Collective = void (*)(int self, int ranks);

Collective collective(const std::string& name) {
  if (name == "ring") return ring;
  if (name == "hierarchical") return hierarchical;
  if (name == "all_to_all") return all_to_all;
  throw std::invalid_argument("no collective is called " + name);
}

std::vector<sg::Host*> one_switch(int ranks) {
  auto* const zone = sg::create_star_zone("switch");
  std::vector<sg::Host*> hosts;
  for (int r = 0; r < ranks; ++r) {
    const std::string name = std::to_string(r);
    hosts.push_back(zone->create_host(name, 1e9));
    auto* const up = zone->create_link(name + "up", 50e9)->set_latency(1e-6)->seal();
    auto* const down = zone->create_link(name + "down", 50e9)->set_latency(1e-6)->seal();
    auto* const host = hosts.back()->get_netpoint();
    zone->add_route(host, nullptr, nullptr, nullptr, {sg::LinkInRoute(up)}, false);
    zone->add_route(nullptr, host, nullptr, nullptr, {sg::LinkInRoute(down)}, false);
  }
  zone->seal();
  return hosts;
}

void run(const std::string& name, int ranks) {
  if (ranks < kRanksOfServer || ranks % kRanksOfServer != 0) {
    throw std::invalid_argument("the ranks must be whole servers of 8");
  }
  std::vector<std::string> settings = {"simgrid_collective",
                                       "--cfg=network/model:CM02",
                                       "--cfg=network/latency-factor:1",
                                       "--cfg=network/bandwidth-factor:1",
                                       "--cfg=network/TCP-gamma:0",
                                       "--cfg=network/crosstraffic:0",
                                       "--cfg=contexts/stack-size:16",
                                       "--log=xbt_cfg.thresh:warning"};
  std::vector<char*> arguments;
  for (std::string& setting : settings) arguments.push_back(setting.data());
  int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  const sg::Engine engine(&count, arguments.data());
  const Collective body = collective(name);
  const auto hosts = one_switch(ranks);
  for (int r = 0; r < ranks; ++r) {
    sg::Actor::create(std::to_string(r), hosts[static_cast<std::size_t>(r)],
                      [=] { body(r, ranks); });
  }
  engine.run();
  std::printf("%.12f\n", sg::Engine::get_clock());
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 3) throw std::invalid_argument("expected a collective and a number of ranks");
    run(argv[1], std::atoi(argv[2]));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "simgrid_collective: %s\n", error.what());
    return 2;
  }
}
