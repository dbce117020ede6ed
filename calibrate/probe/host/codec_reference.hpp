// The codecs of the suite of that name, and what their kernels must write.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "calibrate/probe/host/message.hpp"

namespace commsim::probe {

/// Those that write every element: "fp16", "bf16", "fp8_e4m3" (one scale), "int8", "int4" (blocks
/// of 256 and 128) and "one_bit" (one mean).
const std::vector<std::string>& dense_codecs();

/// Those that keep some elements: "threshold" and "top_k".
const std::vector<std::string>& sparse_codecs();

/// Bytes of the message of a dense codec. Throws std::invalid_argument for another name, as all
/// here do.
std::size_t message_bytes(const std::string& codec, std::size_t count);

/// What a dense codec makes of the values, and back. REQUIRES: of a message, that
/// encode_reference() wrote it for `count` values.
Message encode_reference(const std::string& codec, const std::vector<float>& values);
std::vector<float> decode_reference(const std::string& codec, const Message& message,
                                    std::size_t count);

/// What top_k keeps of so many: one in a hundred, rounded up.
constexpr std::size_t top_k_kept(std::size_t count) { return (count + 99) / 100; }

}  // namespace commsim::probe
