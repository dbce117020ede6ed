#include "sim/workload/training/precision.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/index.hpp"

namespace commsim {

const std::vector<std::string_view>& number_formats() {
  static const std::vector<std::string_view> all = {"fp32", "tf32", "fp16", "bf16", "fp8"};
  return all;
}

std::string_view to_text(NumberFormat format) {
  return number_formats().at(index(static_cast<std::int64_t>(format)));
}

Precision zero_precision(NumberFormat compute) {
  return {.compute = compute, .weight = 2, .gradient = 2, .optimizer = 12, .activation = 2};
}

Precision megatron_precision(NumberFormat compute) {
  return {.compute = compute, .weight = 2, .gradient = 4, .optimizer = 12, .activation = 2};
}

Precision full_precision(NumberFormat compute) {
  return {.compute = compute, .weight = 4, .gradient = 4, .optimizer = 8, .activation = 4};
}

void validate(const Precision& precision) {
  constexpr std::int64_t kWidest = 8;
  constexpr std::int64_t kMostStates = 64;
  const auto require = [](std::string_view name, std::int64_t size, std::int64_t least,
                          std::int64_t most) {
    if (size < least || size > most) {
      throw RequestError(
          fmt::format("{} have from {} to {} bytes a number, not {}", name, least, most, size));
    }
  };
  require("weights", precision.weight, 1, kWidest);
  require("gradients", precision.gradient, 1, kWidest);
  require("activations", precision.activation, 1, kWidest);
  require("optimizer states", precision.optimizer, 0, kMostStates);
}

}  // namespace commsim
