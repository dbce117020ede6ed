// What codecs make of tensors, as a table, JSON or CSV.
#pragma once

#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "collectives/compression/codec_measurement.hpp"

namespace commsim {

/// One chain on one set of tensors.
struct CompressionRow {
  std::string codec;
  std::string tensor;
  TensorShape shape;    ///< of a single tensor
  Fidelity fidelity;    ///< of a single tensor, or of all together as far as that makes sense
  std::string travels;  ///< the exchange it takes by default
  std::optional<CodecSpeed> one_core;
  std::optional<CodecSpeed> all_cores;
  int ranks = 1;                    ///< that add up their messages, if the codec leaves room for it
  std::optional<std::string> note;  ///< on this row, a sentence
};

/// Rows are written as they come.
class CompressionReport {
 public:
  CompressionReport() = default;
  CompressionReport(const CompressionReport&) = delete;
  CompressionReport& operator=(const CompressionReport&) = delete;
  virtual ~CompressionReport() = default;

  virtual void begin(const std::string& tensor, std::size_t widest_codec, bool timed) = 0;
  virtual void row(const CompressionRow& row) = 0;
  virtual void end() = 0;
};

/// `format` is "text", "json" or "csv". REQUIRES: out outlives it.
std::unique_ptr<CompressionReport> make_compression_report(const std::string& format,
                                                           std::ostream& out);

}  // namespace commsim
