#include "sim/scenario/data_type.hpp"

#include <array>

#include "core/error.hpp"

namespace commsim {
namespace {

struct DataType {
  std::string_view name;
  Bytes size;
};

constexpr std::array kDataTypes = {
    DataType{"int8", 1_B},  DataType{"uint8", 1_B}, DataType{"fp8", 1_B},
    DataType{"fp16", 2_B},  DataType{"bf16", 2_B},  DataType{"fp32", 4_B},
    DataType{"int32", 4_B}, DataType{"fp64", 8_B},  DataType{"int64", 8_B},
};

}  // namespace

std::vector<std::string> data_type_names() {
  std::vector<std::string> names;
  names.reserve(kDataTypes.size());
  for (const DataType& type : kDataTypes) names.emplace_back(type.name);
  return names;
}

Bytes element_size(std::string_view data_type) {
  for (const DataType& type : kDataTypes) {
    if (type.name == data_type) return type.size;
  }
  invariant_failed("the data type was checked", __FILE__, __LINE__);
}

}  // namespace commsim
