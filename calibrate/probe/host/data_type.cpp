#include "calibrate/probe/host/data_type.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "calibrate/probe/host/nccl_choices.hpp"

namespace commsim::probe {
namespace {

struct Type {
  const char* name;
  std::uint64_t bytes;
  unsigned digits;  // of the significand, with the one that is not stored
};

constexpr std::array<Type, 5> kTypes = {{{"float32", 4, 24},
                                         {"float16", 2, 11},
                                         {"bfloat16", 2, 8},
                                         {"float8_e4m3", 1, 4},
                                         {"float8_e5m2", 1, 3}}};

const Type& type_of(const std::string& dtype) {
  for (const Type& type : kTypes) {
    if (dtype == type.name) return type;
  }
  throw std::invalid_argument("'" + dtype + "' is no type of element");
}

}  // namespace

const std::vector<std::string>& data_types() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    all.reserve(kTypes.size());
    for (const Type& type : kTypes) all.emplace_back(type.name);
    return all;
  }();
  return names;
}

std::uint64_t element_bytes(const std::string& dtype) { return type_of(dtype).bytes; }

std::uint64_t exact_limit(const std::string& dtype) {
  return std::uint64_t{1} << type_of(dtype).digits;
}

std::uint64_t pattern_modulus(const std::string& dtype, int ranks) {
  constexpr std::uint64_t kMost = 16;
  return std::min(kMost, exact_limit(dtype) / static_cast<std::uint64_t>(ranks) + 1);
}

std::string type_lacks(const std::string& dtype, const Inventory& inventory) {
  constexpr int kHopper = 90;
  if (element_bytes(dtype) > 1) return "";
  if (inventory.nccl < nccl_version(2, 24, 0)) return "NCCL 2.24 or later";
  return inventory.compute_capability < kHopper ? "a GPU of compute capability 9.0 or more" : "";
}

}  // namespace commsim::probe
