// Replays a program on symbolic data and finds what is wrong with it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "collectives/algorithm.hpp"

namespace commsim {

/// Runs `program` after the rules of program.hpp, with random times for every message (drawn from
/// `seed`), and holds the result against the contract of `call` (contract.hpp). Returns the
/// first fault, with its place, or nothing: a deadlock and who waits for whom, a message nobody
/// received, a send and a receive of different sizes, two messages between the same ranks in one
/// step, a range outside its buffer (scratch is as long as `size` for each rank), data that are not
/// what they should be. It shares no code with the engine. Memory: ranks^2 * size bytes; for small
/// calls.
std::optional<std::string> find_fault(const Program& program, const CollectiveCall& call,
                                      std::uint64_t seed);

}  // namespace commsim
