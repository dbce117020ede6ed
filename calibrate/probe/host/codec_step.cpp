#include "calibrate/probe/host/codec_step.hpp"

#include <stdexcept>

#include "calibrate/probe/host/codec_reference.hpp"

namespace commsim::probe {
namespace {

std::vector<CodecStep> steps() {
  std::vector<CodecStep> all;
  for (const auto& codecs : {dense_codecs(), sparse_codecs()}) {
    for (const std::string& codec : codecs) {
      all.push_back({codec, false});
      all.push_back({codec, true});
    }
  }
  return all;
}

std::string name_of(const CodecStep& step) {
  return step.codec + (step.decodes ? "_decode" : "_encode");
}

}  // namespace

std::vector<std::string> codec_operations() {
  std::vector<std::string> names;
  for (const CodecStep& step : steps()) names.push_back(name_of(step));
  return names;
}

CodecStep codec_step(const std::string& operation) {
  for (const CodecStep& step : steps()) {
    if (name_of(step) == operation) return step;
  }
  throw std::runtime_error("no such codec: " + operation);
}

}  // namespace commsim::probe
