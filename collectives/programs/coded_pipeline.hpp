// Exchanges of encoded data with computation before, between and behind them, piece after piece.
#pragma once

#include <memory>
#include <vector>

#include "collectives/pieces.hpp"
#include "collectives/program.hpp"

namespace commsim {

/// How long every rank computes at one point of a piece's way.
struct CodedCompute {
  Duration full{0};  ///< for a piece of full size
  Duration last{0};  ///< for the last piece
};

/// What travels of a piece. `full` is empty if there is only one piece.
struct CodedExchange {
  std::unique_ptr<Program> full;
  std::unique_ptr<Program> last;
  Bytes length;  ///< of the encoded form of a full piece
};

/// Every piece is computed on, exchanged, computed on, and so on, on each of the `ranks` first
/// participants; the others only exchange. A rank computes one thing at a time, on lane 0: in turn
/// the first computation of a piece, the second one of the piece before, and so on, so that it
/// encodes the next piece while one travels, and decodes when that has come. Exchanges have lanes
/// of their own. REQUIRES: pieces >= 1; one computation more than exchanges.
std::unique_ptr<Program> coded_pipeline(int pieces, Rank ranks, std::vector<CodedCompute> computes,
                                        std::vector<CodedExchange> exchanges);

/// `program`, each step of which is followed by `span` of computation.
std::unique_ptr<Program> with_compute(std::unique_ptr<Program> program, Duration span);

}  // namespace commsim
