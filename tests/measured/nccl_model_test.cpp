// How far NCCL's own model is from published tables. Nothing is fitted: these are the errors that a
// calibrated prediction has to beat, and ceilings only go down.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <iostream>
#include <map>

#include "calibrate/nccl/nccl_estimate.hpp"
#include "calibrate/validation.hpp"
#include "tests/support/nccl_systems.hpp"
#include "tests/support/published.hpp"

namespace commsim::nccl_model_test {
namespace {

using support::a100;
using support::b200;
using support::h100;
using support::published_folder;

std::vector<ValidationRow> compare(const NcclSystem& system, NcclCollective collective,
                                   const std::vector<Measurement>& table,
                                   const NcclChoiceLimits& limits = {}) {
  std::vector<ValidationRow> rows;
  for (const Measurement& row : table) {
    const auto all = nccl_estimates(system, {.collective = collective, .size = row.size}, limits);
    constexpr double kMicrosecond = 1e-6;
    rows.push_back({.size = row.size,
                    .measured = seconds(row.time),
                    .predicted = kMicrosecond * all.front().time});
  }
  return rows;
}

constexpr std::array kBins{Bytes{0}, 64_KiB, 8_MiB, 128_MiB, Bytes{INT64_MAX}};

// The median of the absolute errors for each of four bands of size.
std::array<double, 4> medians_of(const std::string& what, const std::vector<ValidationRow>& rows) {
  std::array<double, 4> medians{};
  std::cout << fmt::format("{:44}", what);
  for (std::size_t i = 0; i + 1 < kBins.size(); ++i) {
    const auto part = rows_between(rows, kBins[i], kBins[i + 1]);
    if (part.empty()) continue;
    const ErrorSummary errors = summary_of(part);
    medians[i] = errors.median;
    std::cout << fmt::format(" | {:5.1f} % ({:+5.1f} %)", 100 * errors.median, 100 * errors.bias);
  }
  std::cout << '\n';
  return medians;
}

struct Table {
  const char* file;
  NcclCollective collective;
  NcclSystem system;
  NcclChoiceLimits limits;
  std::array<double, 4> median;  // of the absolute errors: below 64 KiB, 8 MiB, 128 MiB, beyond
};

std::vector<Table> tables() {
  NcclSystem p4de = a100(2);
  p4de.cpu = CpuMaker::kIntel;
  p4de.nics = 4;
  p4de.nic = p4de.pcie = 12;
  p4de.nic_latency = 75;
  return {
      {"a100_1n8_all_reduce_superbench.csv",
       NcclCollective::kAllReduce,
       a100(),
       {},
       {.572, .569, .214, .034}},
      {"a100_1n8_all_gather_superbench.csv",
       NcclCollective::kAllGather,
       a100(),
       {},
       {.687, .699, .431, .106}},
      {"h100_dgx_1n8_allreduce_nvls_dgxc.csv",
       NcclCollective::kAllReduce,
       h100(),
       {},
       {.123, .164, .278, .012}},
      {"h100_nebius_2n16_allreduce_ib.csv",
       NcclCollective::kAllReduce,
       h100(2),
       {},
       {.214, .239, .314, .019}},
      {"a100_p4de_2n16_allreduce_efa.csv",
       NcclCollective::kAllReduce,
       p4de,
       {},
       {.083, .188, .350, .058}},
      {"a100_dgx_2n16_allreduce_ring_ib.csv",
       NcclCollective::kAllReduce,
       a100(2),
       {.algorithm = NcclAlgorithm::kRing},
       {.662, .248, .106, .012}},
  };
}

TEST(NcclModel, IsTooFastInTheMiddleAndRightAtTheEnd) {
  if (!published_folder()) GTEST_SKIP() << "COMMSIM_MEASUREMENTS names no folder of measurements";
  std::cout << fmt::format(
      "{:44} | below 64 KiB     | to 8 MiB         | to 128 MiB       | beyond\n",
      "median error (signed)");
  for (const Table& table : tables()) {
    SCOPED_TRACE(table.file);
    const auto run = read_measurements(*published_folder() / "nccl_tests" / table.file,
                                       {.ranks = table.system.ranks()})
                         .runs.front();
    const auto rows = compare(table.system, table.collective, measurements_of(run), table.limits);
    const auto medians = medians_of(table.file, rows);
    for (std::size_t i = 0; i < medians.size(); ++i) {
      EXPECT_NEAR(medians[i], table.median[i], .03) << "band " << i;
    }
    EXPECT_LT(summary_of(rows_between(rows, 8_MiB, 128_MiB)).bias, 0) << "too fast in the middle";
  }
}

NcclSystem system_of(const MeasuredRun& run) {
  NcclSystem system = run.device == "a100" ? a100() : run.device == "h100" ? h100() : b200();
  system.gpus = run.ranks;
  system.version = nccl_version(run.version);
  return system;
}

// Eight GPUs of one server, three generations, versions 2.23 to 2.29.
TEST(NcclModel, IsTheBaselineOfOneServer) {
  if (!published_folder()) GTEST_SKIP() << "COMMSIM_MEASUREMENTS names no folder of measurements";
  const auto measurements =
      read_measurements(*published_folder() / "aiconfigurator" / "nccl_single_node.csv");
  std::vector<ValidationRow> all;
  std::map<std::string, std::vector<ValidationRow>> groups;
  for (const MeasuredRun& run : measurements.runs) {
    if (run.dtype != "half" || run.ranks != 8 || run.collective == "all_to_all") continue;
    const auto rows =
        compare(system_of(run), nccl_collective(run.collective), measurements_of(run));
    auto& group = groups[fmt::format("{} {} {}", run.device, run.version, run.collective)];
    group.insert(group.end(), rows.begin(), rows.end());
    all.insert(all.end(), rows.begin(), rows.end());
  }
  for (const auto& [name, rows] : groups) medians_of(name, rows);
  medians_of("all", all);
  ASSERT_GE(groups.size(), 20U);
  const double pooled = summary_of(all).median;
  const double large = summary_of(rows_between(all, 1_MiB, Bytes{INT64_MAX})).median;
  std::cout << fmt::format("median {:.1f} %, from 1 MiB {:.1f} %\n", 100 * pooled, 100 * large);
  EXPECT_NEAR(pooled, .211, .02);
  EXPECT_NEAR(large, .133, .02);
}

}  // namespace
}  // namespace commsim::nccl_model_test
