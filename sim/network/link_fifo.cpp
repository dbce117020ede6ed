// Every link serves whole messages in the order in which their heads arrive.
//   start = max(head, free);  free = start + L/B;  tail = max(free, tail before) + D
// Cut-through sends the head on as it comes (next head = start + D), so that a lone message takes
// L / least B + the sum of D. Store-and-forward waits for the whole message (next head = tail).
#include <algorithm>

#include "sim/network/network_model.hpp"

namespace commsim::link_fifo {
namespace {

class LinkFifo {
 public:
  static constexpr bool kFolds = false;  // whoever comes first is served first

  LinkFifo(const Topology& topology, Switching switching)
      : switching_(switching), links_(topology.links().size()) {
    for (LinkId id = 0; id < links_.size(); ++id) {
      links_[id].bandwidth = topology.link(id).bandwidth;
      links_[id].latency = topology.link(id).latency;
    }
  }

  template <typename Engine>
  std::optional<SimTime> inject(Engine& engine, MessageId id, SimTime now) {
    if (id >= transits_.size()) transits_.resize(std::size_t{id} + 1);
    transits_[id] = {.tail = now};
    const LinkId first = serve(engine, id, now);
    return links_[first].free;
  }

  template <typename Engine>
  Duration transfer(Engine& engine, const Message& message) {
    Route& route = engine.route(message);
    if (switching_ == Switching::kCutThrough) return route.wire_time(message.size);
    Duration sum{0};  // each link takes L / B anew
    for (const LinkId link : engine.routes().links(message.route)) {
      sum += wire_time(links_[link], route, message);
    }
    return sum;
  }

  template <typename Engine>
  void on_event(Engine& engine, const Event& event, SimTime now) {
    serve(engine, event.data, now);
  }

  template <typename Engine>
  void settle(Engine& /*engine*/, SimTime /*now*/) {}

 private:
  struct LinkState {
    Bandwidth bandwidth;
    Duration latency{0};
    SimTime free{};  // when the last byte of all that was taken so far has entered
  };

  static Duration wire_time(const LinkState& link, Route& route, const Message& message) {
    return link.bandwidth == route.narrowest ? route.wire_time(message.size)
                                             : message.size / link.bandwidth;
  }

  // The head of a message arrives at its next link, which is returned.
  template <typename Engine>
  LinkId serve(Engine& engine, MessageId id, SimTime head) {
    const Message& message = engine.message(id);
    Route& route = engine.route(message);
    Transit& transit = transits_[id];
    const LinkId here = engine.routes().links(message.route)[transit.hop];
    LinkState& link = links_[here];
    const SimTime start = std::max(head, link.free);
    link.free = later(start, wire_time(link, route, message));
    const bool cut_through = switching_ == Switching::kCutThrough;
    transit.tail = later(cut_through ? std::max(link.free, transit.tail) : link.free, link.latency);
    if (++transit.hop == route.hops) {
      engine.schedule_arrival(id, transit.tail);
    } else {
      const SimTime next_head = cut_through ? later(start, link.latency) : transit.tail;
      engine.schedule_network(next_head, lane_of(message.sender),
                              static_cast<std::uint32_t>(engine.routes().use(message.route).to),
                              id);
    }
    return here;
  }

  struct Transit {
    SimTime tail;           // when the last byte reached the present device
    std::uint32_t hop = 0;  // index of the next link on the route
  };

  Switching switching_;
  std::vector<LinkState> links_;
  std::vector<Transit> transits_;  // by message
};

// Messages may queue, as long as they come to each link in the order in which their heads do.
class OrderedWire {
 public:
  OrderedWire(const Topology& topology, Switching switching)
      : switching_(switching), links_(topology.links().size()) {
    for (LinkId id = 0; id < links_.size(); ++id) {
      links_[id].bandwidth = topology.link(id).bandwidth;
      links_[id].latency = topology.link(id).latency;
    }
  }

  static void claim(const Flight& /*flight*/) {}
  bool carry(Flight& flight) {
    const bool cut_through = switching_ == Switching::kCutThrough;
    if (!flight.shares.empty()) return false;
    SimTime head = flight.sent;
    SimTime tail = flight.sent;
    for (const LinkId id : flight.links) {
      LinkState& link = links_[id];
      if (head <= link.head) return false;
      const Duration wire = link.bandwidth == flight.route.narrowest
                                ? flight.route.wire_time(flight.size)
                                : flight.size / link.bandwidth;
      const SimTime start = std::max(head, link.free);
      link.head = head;
      link.free = later(start, wire);
      if (id == flight.links.front()) flight.left = link.free;
      tail = later(cut_through ? std::max(link.free, tail) : link.free, link.latency);
      head = cut_through ? later(start, link.latency) : tail;
      if (!cut_through) flight.arrival.path.transfer += wire;
    }
    if (cut_through) flight.arrival.path.transfer += flight.route.wire_time(flight.size);
    flight.arrival.path.latency += flight.route.latency;
    flight.arrival.at = tail;
    flight.events = static_cast<int>(flight.route.hops);
    return true;
  }

  static constexpr bool kHearsDepartures = false;
  static void claim(const Row& /*row*/) {}
  // A row that has its links to itself, with whole messages cut through, queues before the
  // narrowest of them only: faster ones delay no message by more than it would wait there anyway.
  bool open(Row& row, std::uint32_t run) {
    const bool cut_through = switching_ == Switching::kCutThrough || row.links.size() == 1;
    if (row.empties || !row.shares.empty() || !cut_through) return false;
    SimTime head = row.first;
    for (const LinkId id : row.links) {
      LinkState& link = links_[id];
      if (head < link.free || link.run == run) return false;
      link.run = run;
      head = later(head, link.latency);
    }
    row.entry = links_[row.links.front()].bandwidth;
    row.events = static_cast<int>(row.route.hops);
    return true;
  }
  void close(const Row& row) {
    SimTime free = row.through;
    for (const LinkId id : row.links) {
      links_[id].free = free;
      free = later(free, links_[id].latency);
    }
  }

 private:
  struct LinkState {
    Bandwidth bandwidth;
    Duration latency{0};
    SimTime head{Duration{-1}};  // of the latest message
    SimTime free{};              // when the last byte of all so far has entered
    std::uint32_t run = 0;       // the last one that a row was opened for
  };
  Switching switching_;
  std::vector<LinkState> links_;
};

SimulationOutcome simulate(const SimulationInput& input) {
  refuse_spread_routes(Registry<NetworkModel>::get("link_fifo", "network model"), input.routing,
                       input.connections);
  return simulate_with(
      input, [&] { return OrderedWire(input.topology, input.switching); },
      [&] { return LinkFifo(input.topology, input.switching); });
}

const Registration<NetworkModel> kLinkFifo{{
    .name = "link_fifo",
    .summary = "each link serves whole messages in order; cut-through or store-and-forward",
    .reference = "Kermani and Kleinrock, Virtual cut-through, Computer Networks 3 (1979)",
    .simulate = simulate,
}};

}  // namespace
}  // namespace commsim::link_fifo
