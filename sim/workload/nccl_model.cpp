#include "sim/workload/nccl_model.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/quantity_text.hpp"

namespace commsim {
namespace nccl_model {
namespace {

std::string servers_text(const NcclSystem& system) {
  const auto many = [](int count, const char* what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
  };
  return fmt::format("{} of {}", many(system.servers, "server"),
                     many(system.gpus, (std::string(to_text(system.generation)) + " GPU").c_str()));
}

std::string inside_text(const NcclSystem& system) {
  if (system.gpus == 1) return "";
  const bool nvlink = system.nvlink > 0;
  return fmt::format(", {:.4g} GB/s of {}{}", system.inner(), nvlink ? "NVLinks" : "PCIe",
                     nvlink && system.nvls ? " with NVLS" : "");
}

std::string network_text(const NcclSystem& system) {
  if (system.servers == 1) return "";
  std::string text = fmt::format(", {} NIC{} of {:.4g} GB/s, {} CPUs", system.nics,
                                 system.nics == 1 ? "" : "s", system.nic, to_text(system.cpu));
  if (system.nic_latency > 0) text += fmt::format(", network of {:.4g} us", system.nic_latency);
  if (system.collnet) text += ", CollNet";
  return text;
}

std::string way_text(const NcclEstimate& estimate) {
  return fmt::format("{} {} x{}", to_text(estimate.algorithm), to_text(estimate.protocol),
                     estimate.channels);
}

bool in_switches(const NcclEstimate& estimate) {
  return estimate.algorithm != NcclAlgorithm::kRing && estimate.algorithm != NcclAlgorithm::kTree &&
         estimate.algorithm != NcclAlgorithm::kPat;
}

}  // namespace
}  // namespace nccl_model

Duration nccl_time(double microseconds) {
  constexpr double kPicoseconds = 1e6;
  constexpr double kLongest = 9e18;
  const double picoseconds = std::ceil(microseconds * kPicoseconds);
  if (!(picoseconds < kLongest)) throw_time_overflow();
  return Duration{static_cast<std::int64_t>(picoseconds)};
}

NcclModel::NcclModel(const NcclSystem& system, CollectiveKind kind, bool fp8,
                     const NcclChoiceLimits& limits)
    : system_(system),
      call_{.collective = nccl_collective(collective(kind).name), .size = Bytes{1}, .fp8 = fp8},
      limits_(limits) {
  nccl_estimates(system_, call_, limits_);  // refuses what it cannot do, before anything is run
}

std::vector<NcclEstimate> NcclModel::estimates(Bytes size) const {
  NcclCall call = call_;
  call.size = size;
  return nccl_estimates(system_, call, limits_);
}

CollectiveResult NcclModel::result(const CollectiveRun& run) const {
  const auto all = estimates(run.call.size);
  CollectiveCall call = run.call;
  call.layout = run.cluster->layout;
  CollectiveResult result{
      .time = nccl_time(all.front().time),
      .bound = lower_bound(*run.cluster, call, nccl_model::in_switches(all.front()))};
  for (const NcclEstimate& one : all) {
    result.estimates.push_back({.algorithm = std::string(to_text(one.algorithm)),
                                .protocol = std::string(to_text(one.protocol)),
                                .channels = one.channels,
                                .time = nccl_time(one.time)});
  }
  measure_rates(run, result);
  result.warnings.push_back(fmt::format(
      "'nccl' is the estimate by which NCCL {} chooses, not simulated and not fitted: {}{}{}",
      to_text(system_.version), nccl_model::servers_text(system_), nccl_model::inside_text(system_),
      nccl_model::network_text(system_)));
  if (result.time < result.bound.time) {
    result.warnings.push_back(
        fmt::format("NCCL's estimate of {} is below what this topology allows"
                    " ({})",
                    to_text(call.size), to_text(result.bound.time)));
  }
  return result;
}

std::string NcclModel::way(const CollectiveRun& run) const {
  return nccl_model::way_text(estimates(run.call.size).front());
}

std::vector<std::string> NcclModel::explanation(const CollectiveRun& run) const {
  std::vector<std::string> lines{
      fmt::format("by the model of NCCL {}, whose constants are its own", to_text(system_.version)),
      "what it considers, fastest first: latency + size / bandwidth"};
  for (const NcclEstimate& one : estimates(run.call.size)) {
    const bool first = lines.size() == 2;
    lines.push_back(fmt::format("{} {:<24} {:>9}: T = {:.4g} us + L / {}", first ? ">" : " ",
                                nccl_model::way_text(one), to_text(nccl_time(one.time)),
                                one.latency, rate_text(1e9 * one.bandwidth * one.correction)));
  }
  return lines;
}

}  // namespace commsim
