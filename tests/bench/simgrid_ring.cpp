// The peer: ring all-reduce of 64 MiB over one switch in SimGrid, one actor for each rank, as a
// SimGrid user would write it. Prints the simulated time.
//   simgrid_ring RANKS
#include <cstdio>
#include <cstdlib>
#include <simgrid/s4u.hpp>
#include <string>
#include <vector>

namespace sg = simgrid::s4u;

namespace {

void rank(int self, int ranks, double chunk) {
  sg::Mailbox* const in = sg::Mailbox::by_name(std::to_string(self));
  sg::Mailbox* const out = sg::Mailbox::by_name(std::to_string((self + 1) % ranks));
  int token = 0;
  for (int step = 0; step < 2 * (ranks - 1); ++step) {
    int* received = nullptr;
    const sg::CommPtr send = out->put_async(&token, static_cast<std::uint64_t>(chunk));
    const sg::CommPtr receive = in->get_async<int>(&received);
    receive->wait();
    send->wait();
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<char*> arguments{argv[0]};
  std::vector<std::string> settings = {
      "--cfg=network/model:CM02",         "--cfg=network/latency-factor:1",
      "--cfg=network/bandwidth-factor:1", "--cfg=network/TCP-gamma:0",
      "--cfg=network/crosstraffic:0",     "--cfg=contexts/stack-size:16"};
  for (std::string& setting : settings) arguments.push_back(setting.data());
  int count = static_cast<int>(arguments.size());
  sg::Engine engine(&count, arguments.data());
  const int ranks = argc > 1 ? std::atoi(argv[1]) : 8;
  auto* const zone = sg::create_star_zone("switch");
  std::vector<sg::Host*> hosts;
  for (int r = 0; r < ranks; ++r) {
    const std::string name = std::to_string(r);
    hosts.push_back(zone->create_host(name, 1e9));
    auto* const up = zone->create_link(name + "up", 50e9)->set_latency(1e-6)->seal();
    auto* const down = zone->create_link(name + "down", 50e9)->set_latency(1e-6)->seal();
    zone->add_route(hosts.back()->get_netpoint(), nullptr, nullptr, nullptr, {sg::LinkInRoute(up)},
                    false);
    zone->add_route(nullptr, hosts.back()->get_netpoint(), nullptr, nullptr,
                    {sg::LinkInRoute(down)}, false);
  }
  zone->seal();
  constexpr double kSize = 64.0 * 1024 * 1024;
  for (int r = 0; r < ranks; ++r) {
    sg::Actor::create(std::to_string(r), hosts[static_cast<std::size_t>(r)],
                      [=] { rank(r, ranks, kSize / ranks); });
  }
  engine.run();
  std::printf("%.9f\n", sg::Engine::get_clock());
}
