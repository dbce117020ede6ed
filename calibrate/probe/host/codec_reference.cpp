#include "calibrate/probe/host/codec_reference.hpp"

#include <functional>
#include <stdexcept>

#include "calibrate/probe/host/block_reference.hpp"
#include "calibrate/probe/host/cast_reference.hpp"
#include "calibrate/probe/host/sign_reference.hpp"

namespace commsim::probe {
namespace {

struct Dense {
  std::string name;
  std::function<std::size_t(std::size_t)> bytes;
  std::function<Message(const std::vector<float>&)> encode;
  std::function<std::vector<float>(const Message&, std::size_t)> decode;
};

Dense cast(const char* name, const SmallFormat& format, bool scaled) {
  const std::size_t scale = scaled ? sizeof(float) : 0;
  return {
      name,
      [=](std::size_t count) { return scale + count * static_cast<std::size_t>(format.bits / 8); },
      [=](const auto& values) { return encode_cast(format, scaled, values); },
      [=](const auto& message, std::size_t count) {
        return decode_cast(format, scaled, message, count);
      }};
}

Dense blocks(const char* name, const BlockFormat& format) {
  return {name, [=](std::size_t count) { return block_message_bytes(format, count); },
          [=](const auto& values) { return encode_blocks(format, values); },
          [=](const auto& message, std::size_t count) {
            return decode_blocks(format, message, count);
          }};
}

const std::vector<Dense>& table() {
  static const std::vector<Dense> all = {
      cast("fp16", kHalf, false),
      cast("bf16", kBfloat, false),
      cast("fp8_e4m3", kE4M3, true),
      blocks("int8", kInt8Blocks),
      blocks("int4", kInt4Blocks),
      {"one_bit",
       [](std::size_t count) { return count == 0 ? 0 : sizeof(float) + (count + 7) / 8; },
       encode_signs, decode_signs}};
  return all;
}

const Dense& dense(const std::string& name) {
  for (const Dense& codec : table()) {
    if (codec.name == name) return codec;
  }
  throw std::invalid_argument("'" + name + "' is no codec that writes every element");
}

}  // namespace

const std::vector<std::string>& dense_codecs() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Dense& codec : table()) all.push_back(codec.name);
    return all;
  }();
  return names;
}

const std::vector<std::string>& sparse_codecs() {
  static const std::vector<std::string> names = {"threshold", "top_k"};
  return names;
}

std::size_t message_bytes(const std::string& codec, std::size_t count) {
  return dense(codec).bytes(count);
}

Message encode_reference(const std::string& codec, const std::vector<float>& values) {
  return dense(codec).encode(values);
}

std::vector<float> decode_reference(const std::string& codec, const Message& message,
                                    std::size_t count) {
  return dense(codec).decode(message, count);
}

}  // namespace commsim::probe
