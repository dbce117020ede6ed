// What watches a run. The engine is compiled once for each observer, so that one that does nothing
// costs nothing.
#pragma once

#include <vector>

#include "sim/engine/message.hpp"
#include "sim/engine/route_table.hpp"

namespace commsim {

/// Nobody watches.
struct NoObserver {
  static void sent(Route& /*route*/, Bytes /*size*/) {}
  static void arrived(const Route& /*route*/, const Message& /*message*/, SimTime /*now*/) {}
};

/// Counts what each route, and so each link, carries.
struct LinkTotals {
  static void sent(Route& route, Bytes size) {
    ++route.messages;
    route.bytes += size;
  }
  static void arrived(const Route& /*route*/, const Message& /*message*/, SimTime /*now*/) {}
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
  std::vector<TimelineEntry>* entries;

  static void sent(Route& route, Bytes size) { LinkTotals::sent(route, size); }
  void arrived(const Route& route, const Message& message, SimTime now) const {
    entries->push_back({.from = route.from,
                        .to = route.to,
                        .size = message.size,
                        .sent = message.sent,
                        .arrived = now});
  }
};

}  // namespace commsim
