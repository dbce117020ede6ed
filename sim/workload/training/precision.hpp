// In which formats a step computes and what is kept of each parameter.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace commsim {

/// Formats that matrix products may have; tf32 is fp32 in memory.
enum class NumberFormat : std::uint8_t { kFp32, kTf32, kFp16, kBf16, kFp8 };

/// "fp32", "tf32", "fp16", "bf16", "fp8".
std::string_view to_text(NumberFormat format);
/// All of them, by number.
const std::vector<std::string_view>& number_formats();

/// Bytes of each parameter and of each number that is passed on.
struct Precision {
  NumberFormat compute = NumberFormat::kBf16;
  std::int64_t weight = 2;      ///< as used in products and gathered by ZeRO
  std::int64_t gradient = 4;    ///< as summed over replicas
  std::int64_t optimizer = 12;  ///< states: fp32 copy and two moments for Adam
  std::int64_t activation = 2;  ///< as kept for the backward pass and sent between ranks

  [[nodiscard]] std::int64_t of_parameter() const { return weight + gradient + optimizer; }
  friend bool operator==(const Precision&, const Precision&) = default;
};

/// Mixed precision of Rajbhandari et al. (ZeRO, arXiv:1910.02054, section 3.1): 2 + 2 + 12 bytes.
Precision zero_precision(NumberFormat compute = NumberFormat::kFp16);
/// Megatron's: gradients are summed in fp32, 2 + 4 + 12 bytes. Products may be of fp8.
Precision megatron_precision(NumberFormat compute = NumberFormat::kBf16);
/// Everything in fp32, and Adam's two moments: 4 + 4 + 8 bytes.
Precision full_precision(NumberFormat compute = NumberFormat::kFp32);

/// Throws RequestError unless weights, gradients and activations have 1 to 8 bytes and the
/// optimizer 0 to 64.
void validate(const Precision& precision);

}  // namespace commsim
