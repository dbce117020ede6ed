// Where one line T = L / B + D ends and the next begins.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "calibrate/fit/robust_line.hpp"

namespace commsim {

/// Rows [first, last) of a table, and the line through them.
struct Stretch {
  std::size_t first = 0;
  std::size_t last = 0;
  RobustLine fit;
};
using Division = std::vector<Stretch>;

struct SegmentationOptions {
  int most_pieces = 6;
  std::size_t least_rows = 2;   // of a piece
  std::vector<Bytes> breaks{};  // a piece that starts below one of these sizes ends below it
};

/// The best division of `rows` (by ascending size, each size once) into 1, 2, ... pieces: the one
/// of the least total loss, by dynamic programming over the places where a piece may end (all of
/// them in tables of up to 64 sizes, else 64 evenly spaced ones). Fewer entries where the rows do
/// not suffice for as many pieces; forced breaks can leave out small numbers of pieces. Complexity:
/// cubic in the places. Source: Bellman, "On the approximation of curves by line segments using
/// dynamic programming", CACM 4, 1961.
std::vector<Division> segmentations(std::span<const Measurement> rows,
                                    const SegmentationOptions& options);

/// The time that the pieces give for a size: on the piece that holds it, and between the last size
/// of one and the first of the next on the straight line of logarithms that joins them.
double time_s(const Division& pieces, std::span<const Measurement> rows, Bytes size);

}  // namespace commsim
