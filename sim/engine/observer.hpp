// What watches a run. The engine is compiled once for each observer, so that one that does nothing
// costs nothing.
#pragma once

#include <vector>

#include "sim/engine/message.hpp"
#include "sim/engine/route_table.hpp"

namespace commsim {

/// Nobody watches.
struct NoObserver {
  static void sent(RouteTable& /*routes*/, RouteId /*route*/, Bytes /*size*/) {}
  static void arrived(const RouteTable::Use& /*use*/, Bytes /*size*/, SimTime /*sent*/,
                      SimTime /*now*/) {}
};

/// Counts what each route, and so each link, carries.
struct LinkTotals {
  static void sent(RouteTable& routes, RouteId route, Bytes size) { routes.count(route, size); }
  static void arrived(const RouteTable::Use& /*use*/, Bytes /*size*/, SimTime /*sent*/,
                      SimTime /*now*/) {}
};

/// One message, for a picture of the run.
struct TimelineEntry {
  Rank from = 0;
  Rank to = 0;
  Bytes size;
  SimTime sent;
  SimTime arrived;
};

/// Link totals, and every message in the order of arrival.
struct Timeline {
  static constexpr bool kInOrder = true;
  std::vector<TimelineEntry>* entries;

  static void sent(RouteTable& routes, RouteId route, Bytes size) { routes.count(route, size); }
  void arrived(const RouteTable::Use& use, Bytes size, SimTime sent, SimTime now) const {
    entries->push_back(
        {.from = use.from, .to = use.to, .size = size, .sent = sent, .arrived = now});
  }
};

}  // namespace commsim
