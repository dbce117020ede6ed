// MSCCL XML as a Program: reading it, and proving that it does what it should.
#pragma once

#include <memory>

#include "collectives/algorithm.hpp"

namespace commsim::msccl {

/// The program that call.schedule holds. Throws RequestError if there is no schedule, and
/// ConfigError with line and column for every fault of it: those of read_schedule(), link() and
/// replay(), and a result that depends on the times of messages. The last is looked for by
/// find_fault() with a byte for each chunk, unless that would replay more than kMostProof bytes
/// times ranks; above that only one order of messages is proven.
std::unique_ptr<Program> import(const CollectiveCall& call);

constexpr std::int64_t kMostProof = std::int64_t{1} << 26U;

}  // namespace commsim::msccl
