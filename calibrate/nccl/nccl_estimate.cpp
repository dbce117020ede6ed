#include "calibrate/nccl/nccl_estimate.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "calibrate/nccl/nccl_bandwidth.hpp"
#include "calibrate/nccl/nccl_enabled.hpp"
#include "calibrate/nccl/nccl_latency.hpp"
#include "core/error.hpp"

namespace commsim {
namespace nccl_estimate_parts {
namespace {

class Estimator {
 public:
  Estimator(const NcclSystem& system, const NcclCall& call)
      : system_(system), call_(call), constants_(nccl_constants(system.version)) {}

  [[nodiscard]] std::vector<NcclEstimate> all() const {
    std::vector<NcclEstimate> found;
    for (const NcclAlgorithm algorithm : kNcclAlgorithms) {
      const NcclChannels channels = nccl_channels(system_, algorithm);
      for (const NcclProtocol protocol : kNcclProtocols) {
        const bool enabled = nccl_enabled(system_, call_.collective, algorithm, protocol, channels);
        if (!enabled) continue;
        const NcclEstimate estimate = one(algorithm, protocol, channels);
        if (estimate.bandwidth > 0) found.push_back(estimate);
      }
    }
    return found;
  }

 private:
  [[nodiscard]] NcclEstimate one(NcclAlgorithm algorithm, NcclProtocol protocol,
                                 const NcclChannels& channels) const {
    const NcclCollective collective = call_.collective;
    NcclEstimate made{.algorithm = algorithm, .protocol = protocol, .channels = channels.count};
    made.latency = nccl_latency(system_, constants_, collective, algorithm, protocol, channels);
    made.latency *= plateau(algorithm, protocol);
    made.bandwidth = nccl_bandwidth(system_, constants_, collective, algorithm, protocol, channels);
    made.correction = nccl_correction(system_, collective, algorithm, protocol, call_.size);
    constexpr double kBytesAMicrosecond = 1000;  // of one GB/s
    made.time = made.latency + static_cast<double>(call_.size.count()) /
                                   (kBytesAMicrosecond * made.bandwidth * made.correction);
    made.time *= penalty(algorithm);
    return made;
  }

  // Rings between servers slow down once every thread block has something to send.
  [[nodiscard]] double plateau(NcclAlgorithm algorithm, NcclProtocol protocol) const {
    constexpr std::int64_t kLeast = 64;
    const bool may = algorithm == NcclAlgorithm::kRing && protocol == NcclProtocol::kSimple &&
                     system_.servers > 1 && call_.collective == NcclCollective::kAllReduce;
    if (!may) return 1;
    const std::int64_t shares = std::int64_t{nccl_thread_blocks(system_)} * system_.ranks();
    if (call_.size.count() / shares < kLeast) return 1;
    return system_.generation < GpuGeneration::kAmpere ? 1.9 : 1.4;
  }

  // So that no ring is taken that rounds eight times.
  [[nodiscard]] double penalty(NcclAlgorithm algorithm) const {
    constexpr NcclVersion kFirstWithFp8{24};
    constexpr int kMostRanks = 8;
    const bool coarse = call_.fp8 && reduces(call_.collective) &&
                        algorithm == NcclAlgorithm::kRing && system_.ranks() > kMostRanks &&
                        system_.version >= kFirstWithFp8;
    return coarse ? 1024 : 1;
  }

  NcclSystem system_;
  NcclCall call_;
  NcclConstants constants_;
};

[[noreturn]] void refuse(const std::vector<NcclEstimate>& all, const NcclChoiceLimits& limits) {
  std::vector<std::string> legal;
  legal.reserve(all.size());
  for (const NcclEstimate& one : all) {
    legal.push_back(fmt::format("{} {}", to_text(one.algorithm), to_text(one.protocol)));
  }
  throw RequestError(fmt::format("NCCL does not do this by {}{}{}; it considers {}",
                                 limits.algorithm ? to_text(*limits.algorithm) : "any algorithm",
                                 limits.protocol ? " with " : "",
                                 limits.protocol ? to_text(*limits.protocol) : "",
                                 fmt::join(legal, ", ")));
}

}  // namespace
}  // namespace nccl_estimate_parts

std::vector<NcclEstimate> nccl_estimates(const NcclSystem& system, const NcclCall& call,
                                         const NcclChoiceLimits& limits) {
  check(system);
  const auto all = nccl_estimate_parts::Estimator(system, call).all();
  std::vector<NcclEstimate> left;
  std::ranges::copy_if(all, std::back_inserter(left), [&](const NcclEstimate& one) {
    return one.algorithm == limits.algorithm.value_or(one.algorithm) &&
           one.protocol == limits.protocol.value_or(one.protocol);
  });
  if (left.empty()) nccl_estimate_parts::refuse(all, limits);
  std::ranges::stable_sort(left, {}, &NcclEstimate::time);
  return left;
}

}  // namespace commsim
