// The operations of the suite codecs, by name.
#pragma once

#include <string>
#include <vector>

namespace commsim::probe {

/// Encoding or decoding by one of the codecs of codec_reference.hpp.
struct CodecStep {
  std::string codec;
  bool decodes;
};

/// "int8_encode", "int8_decode" and so on, a codec after the other.
std::vector<std::string> codec_operations();

/// The other way round. Throws std::runtime_error for a name that is not among them.
CodecStep codec_step(const std::string& operation);

}  // namespace commsim::probe
