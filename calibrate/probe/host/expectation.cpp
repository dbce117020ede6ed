#include "calibrate/probe/host/expectation.hpp"

#include <string>

namespace commsim::probe {

Expectation expectation_of(const std::string& collective, int rank, int ranks, const Shape& shape) {
  Expectation expectation;
  expectation.ranks = ranks;
  expectation.count = shape.count;
  expectation.sum =
      collective == "all_reduce" || collective == "reduce" || collective == "reduce_scatter";
  expectation.split =
      collective == "all_gather" || collective == "gather" || collective == "all_to_all";
  if (collective == "reduce_scatter" || collective == "scatter" || collective == "all_to_all") {
    expectation.base = static_cast<std::uint64_t>(rank) * shape.count;
  }
  if (collective == "send_recv") expectation.source = (rank + ranks - 1) % ranks;
  expectation.received = rank == 0 || (collective != "reduce" && collective != "gather");
  return expectation;
}

}  // namespace commsim::probe
