// How far the shipped physics is from clusters that it has not seen. Ceilings only go down.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <iostream>

#include "tests/measured/held_out.hpp"
#include "tests/support/published.hpp"

namespace commsim::unseen_servers_test {
namespace {

void print(const std::string& what, const std::vector<ValidationRow>& rows) {
  if (rows.empty()) return;
  const ErrorSummary errors = summary_of(rows);
  std::cout << fmt::format("{:56} {:4} rows, median {:5.1f} %, p95 {:5.1f} %\n", what, errors.rows,
                           100 * errors.median, 100 * errors.p95);
}

std::vector<ValidationRow> from(const std::vector<ValidationRow>& rows, Bytes least) {
  return rows_between(rows, least, Bytes{INT64_MAX});
}

double median_from(const std::vector<ValidationRow>& rows, Bytes least) {
  return summary_of(from(rows, least)).median;
}

TEST(UnseenServers, ArePredicted) {
  const auto folder = support::published_folder();
  if (!folder) GTEST_SKIP() << "COMMSIM_MEASUREMENTS names no folder of measurements";
  const std::vector<measured::HeldOut> tables = measured::held_out_servers(*folder);
  ASSERT_EQ(tables.size(), 19U);
  for (const measured::HeldOut& table : tables) {
    ASSERT_FALSE(table.rows.empty()) << table.name;
    print(table.name + ", from 1 MiB", from(table.rows, 1_MiB));
    print("  NCCL's own model", from(table.nccl, 1_MiB));
  }
  const auto open = measured::pooled(tables, "InfiniBand or RoCE");
  auto all = measured::pooled(tables, "EFA");
  all.insert(all.end(), open.begin(), open.end());
  print("InfiniBand and RoCE, from 1 MiB", from(open, 1_MiB));
  print("InfiniBand and RoCE, from 64 MiB", from(open, 64_MiB));
  print("and EFA, from 1 MiB", from(all, 1_MiB));
  print("and EFA, from 64 MiB", from(all, 64_MiB));
  EXPECT_LE(median_from(open, 1_MiB), 0.055);
  EXPECT_LE(median_from(open, 64_MiB), 0.035);
  EXPECT_LE(median_from(all, 1_MiB), 0.085);
  EXPECT_LE(median_from(all, 64_MiB), 0.05);
}

}  // namespace
}  // namespace commsim::unseen_servers_test
