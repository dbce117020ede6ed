#include "collectives/compression/published_speeds.hpp"

#include <array>

namespace commsim::published_speeds {
namespace {

// "On the utility of gradient compression in distributed training systems", MLSys 2022,
// arXiv:2103.00543: encoding and decoding the gradient of ResNet-50, 25.56 million numbers, on a
// V100 takes so long.
constexpr double kResNet50Bytes = 25.56e6 * 4;
constexpr std::string_view kSign = "arXiv 2103.00543, a V100, both ways as encoding";
constexpr std::string_view kTopK = "arXiv 2103.00543, a V100, at 1 %, both ways as encoding";
constexpr double kSignSeconds = 16.34e-3;
constexpr double kTopKSeconds = 240e-3;
struct RankSeconds {
  std::int64_t rank;
  double seconds;
  std::string_view source;
};
constexpr std::array<RankSeconds, 3> kPowerSgd{
    {{4, 45e-3, "arXiv 2103.00543, a V100, of rank 4, both ways as encoding"},
     {8, 64e-3, "arXiv 2103.00543, a V100, of rank 8, both ways as encoding"},
     {16, 130e-3, "arXiv 2103.00543, a V100, of rank 16, both ways as encoding"}}};

// What an H200 moves when it copies, read and written together: no kernel that reads and writes as
// much is faster.
constexpr double kCopyBytesPerSecond = 4.3e12;
constexpr std::string_view kCopy = "at most: what the memory of an H200 allows (4.3 TB/s)";
constexpr double kSingleBytes = 4;

// DietGPU's README, an A100: its coders are rANS, of bytes and of the exponents of half precision.
constexpr double kBytesCoder = 250e9;
constexpr double kHalfCoder = 250e9;
constexpr double kHalf = 2;
constexpr std::string_view kDietGpu = "DietGPU's rANS on an A100";

Bandwidth bytes_per_second(double bytes) {
  constexpr double kBits = 8;
  return Bandwidth::bits_per_second(static_cast<std::int64_t>(bytes * kBits));
}

PublishedSpeed together(double seconds, std::string_view source) {
  return {.encode = bytes_per_second(kResNet50Bytes / seconds), .source = source};
}

// A kernel that moves so many bytes for each number of four.
PublishedSpeed memory_bound(double moved_encoding, double moved_decoding) {
  return {.encode = bytes_per_second(kCopyBytesPerSecond * kSingleBytes / moved_encoding),
          .decode = bytes_per_second(kCopyBytesPerSecond * kSingleBytes / moved_decoding),
          .source = kCopy};
}

struct MemoryBound {
  std::string_view codec;
  double encoding;
  double decoding;
};

// The scale of a tensor is looked for in one more pass; that of a block is not.
constexpr std::array<MemoryBound, 7> kMemoryBound{{
    {"fp16", 4 + 2, 2 + 4},
    {"bf16", 4 + 2, 2 + 4},
    {"fp8_e4m3", 4 + 4 + 1, 1 + 4},
    {"fp8_e5m2", 4 + 4 + 1, 1 + 4},
    {"int8", 4 + 1, 1 + 4},
    {"int4", 4 + 0.5, 0.5 + 4},
    {"int8_shared", 4 + 4 + 1, 1 + 4},
}};

}  // namespace
}  // namespace commsim::published_speeds

namespace commsim {

using namespace published_speeds;

std::optional<PublishedSpeed> published_speed(const Codec& codec,
                                              const CodecParameters& parameters) {
  for (const auto& [name, encoding, decoding] : kMemoryBound) {
    if (name == codec.name) return memory_bound(encoding, decoding);
  }
  if (codec.name == "one_bit") return together(kSignSeconds, kSign);
  if (codec.name == "top_k") return together(kTopKSeconds, kTopK);
  if (codec.name == "power_sgd") {
    constexpr std::int64_t kDefaultRank = 4;
    for (const auto& [rank, seconds, source] : kPowerSgd) {
      if (parameters.rank.value_or(kDefaultRank) <= rank) return together(seconds, source);
    }
  }
  if (codec.name == "huffman") {
    return PublishedSpeed{.encode = bytes_per_second(kBytesCoder),
                          .decode = bytes_per_second(kBytesCoder),
                          .source = kDietGpu};
  }
  if (codec.name == "bf16_exponent") {
    constexpr double kSingleCoder = kHalfCoder * kSingleBytes / kHalf;
    return PublishedSpeed{.encode = bytes_per_second(kSingleCoder),
                          .decode = bytes_per_second(kSingleCoder),
                          .source = kDietGpu};
  }
  return std::nullopt;
}

}  // namespace commsim
