// What a collective needs of memory on every rank, as nccl-tests counts (doc/PERFORMANCE.md and the
// benchmark of each collective there): a size is the larger of a rank's two buffers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace commsim::probe {

/// All counts and offsets are in elements.
struct Shape {
  std::uint64_t send = 0;
  std::uint64_t receive = 0;
  std::uint64_t count = 0;  // what the library is told, and the column `count`
  bool in_place = false;    // whether the collective may work in place, with the offsets below
};

/// The collectives that are measured, by commsim's names.
const std::vector<std::string>& collective_names();

/// REQUIRES: one of collective_names(), ranks > 0.
Shape shape_of(const std::string& collective, int ranks, std::uint64_t elements);

/// In place, where in the buffer of `elements` a rank's send and receive data begin.
struct Offsets {
  std::uint64_t send = 0;
  std::uint64_t receive = 0;
};
Offsets in_place_offsets(const std::string& collective, int rank, const Shape& shape);

/// The largest size up to `size` that divides into equal parts of whole elements; 0 if none does.
std::uint64_t whole_size(const std::string& collective, int ranks, std::uint64_t size,
                         std::uint64_t element);

/// Bus bandwidth is algorithm bandwidth times this.
double bus_factor(const std::string& collective, int ranks);

}  // namespace commsim::probe
