// A rank, a chunk or a link as the index of a vector. They are signed, as differences of them are
// taken; the caller knows that this one is not negative.
#pragma once

#include <cstddef>
#include <cstdint>

namespace commsim {

constexpr std::size_t index(std::int64_t i) { return static_cast<std::size_t>(i); }

}  // namespace commsim
