// A Program as MSCCL XML.
#pragma once

#include <string>
#include <string_view>

#include "collectives/algorithm.hpp"

namespace commsim::msccl {

/// The XML of `program`, which is for `call`. A chunk is the greatest common divisor of all offsets
/// and lengths. Each lane becomes a thread block for each peer lane that it sends to and each that
/// it receives from; a block that sends and one that receives on equal channels become one. Blocks
/// of one lane keep its steps apart with dependencies; where there are several, a block without
/// peers joins them, with copies of no chunks. A receive waits for the sends and receives of its
/// step whose data it overwrites. A message of several ranges becomes several messages.
///
/// Imported again at that size it computes the same, and takes the same time where no two messages
/// share a link and no message has several ranges; those are rounded up once each.
///
/// Throws RequestError for helpers, for steps that compute, for collectives that MSCCL does not
/// have, and for a size that cannot be cut into equal chunks or into too many.
std::string to_msccl(const Program& program, const CollectiveCall& call, std::string_view name);

/// The same for an algorithm, at the call's size if that has few chunks, or else at the size not
/// far below it (or the least one) that has the fewest of some.
std::string to_msccl(const Algorithm& algorithm, const CollectiveCall& call, std::string_view name);

}  // namespace commsim::msccl
