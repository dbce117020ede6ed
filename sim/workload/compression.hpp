// What a run with encoded data is told, and what comes of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collectives/compression/compressed_program.hpp"

namespace commsim {

/// A chain of codecs, measured on a tensor.
struct Compression {
  std::string name;    ///< as the file says it
  std::string tensor;  ///< what it was measured on
  std::string speeds;  ///< where the speeds of its codecs are from
  Coding coding;
  double error = 0;  ///< |decoded - tensor| / |tensor|, of one rank's own
  bool error_feedback = false;
  /// Of a sparsifier: the part of the elements that it keeps.
  std::optional<double> density;
  std::vector<std::string> notes;

  friend bool operator==(const Compression&, const Compression&) = default;
};

/// What encoding did to one collective.
struct CodedResult {
  double ratio = 1;     ///< bytes of the call / bytes on the wire for them
  CodingTime coding;    ///< of a rank, in all
  Duration exposed{0};  ///< time in which ranks wait for data: time - coding
  Duration plain{0};    ///< the same call by the same algorithm with nothing encoded
  Bytes feedback;       ///< that a rank keeps of what it has not sent
  [[nodiscard]] double speed_up(Duration time) const {
    return time == Duration{0} ? 1 : seconds(plain) / seconds(time);
  }
};

}  // namespace commsim
