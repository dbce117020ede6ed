// Every published table can be read: as many rows as its index says, with the collective and the
// ranks that the index tells.
#include <gtest/gtest.h>

#include "core/diagnostics.hpp"
#include "tests/support/published.hpp"

namespace commsim::readers_test {
namespace {

using support::published_folder;

std::size_t rows(const Measurements& measurements) {
  std::size_t count = 0;
  for (const MeasuredRun& run : measurements.runs) count += run.rows.size();
  return count;
}

TEST(PublishedTables, HaveTheRowsOfTheirIndex) {
  if (!published_folder()) GTEST_SKIP() << "COMMSIM_MEASUREMENTS names no folder of measurements";
  int tables = 0;
  for (const support::PublishedTable& table : support::published_tables(*published_folder())) {
    SCOPED_TRACE(table.file);
    if (table.collective == "p2p") {  // a matrix of pairs has no sizes
      EXPECT_THROW(read_measurements(table.file, table.hints), ConfigError);
      continue;
    }
    const Measurements read = read_measurements(table.file, table.hints);
    EXPECT_EQ(rows(read), static_cast<std::size_t>(table.rows));
    EXPECT_EQ(read.format, "csv");
    for (const MeasuredRun& run : read.runs) {
      EXPECT_EQ(run.collective, collective_name(table.collective));
      EXPECT_EQ(run.ranks, table.hints.ranks);
    }
    EXPECT_EQ(read.runs.front().rows.front().size, Bytes{table.least_bytes});
    ++tables;
  }
  EXPECT_GT(tables, 80);
}

TEST(PublishedTables, OfManyRunsAreRunsForEachSetOfKeys) {
  if (!published_folder()) GTEST_SKIP() << "COMMSIM_MEASUREMENTS names no folder of measurements";
  const auto nccl =
      read_measurements(*published_folder() / "aiconfigurator" / "nccl_single_node.csv");
  EXPECT_EQ(rows(nccl), 5382U);
  EXPECT_GT(nccl.runs.size(), 100U);
  const auto vidur = read_measurements(*published_folder() / "vidur" / "a100_dgx_all_reduce.csv");
  EXPECT_EQ(rows(vidur), 6958U);
  ASSERT_EQ(vidur.runs.size(), 7U);
  EXPECT_EQ(vidur.runs.back().ranks, 16);
  EXPECT_EQ(vidur.runs.back().nodes, 2);
  EXPECT_EQ(read_measurements(*published_folder() / "vidur" / "h100_dgx_send_recv.csv").runs.size(),
            2U);
}

}  // namespace
}  // namespace commsim::readers_test
