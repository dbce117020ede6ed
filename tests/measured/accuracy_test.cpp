// docs/accuracy.md is what the published measurements say today. `COMMSIM_APPROVE=1` writes it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>

#include "tests/measured/held_out.hpp"
#include "tests/measured/training_page.hpp"
#include "tests/support/published.hpp"

namespace commsim::accuracy_test {
namespace {

using measured::HeldOut;
using Rows = std::vector<ValidationRow>;

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

std::string median_text(const Rows& rows) {
  return rows.empty() ? "-" : percent(summary_of(rows).median);
}

std::string line(const std::string& name, const Rows& rows, const Rows& nccl) {
  const ErrorSummary errors = summary_of(rows);
  const auto large = [](const Rows& all) { return rows_between(all, 64_MiB, Bytes{INT64_MAX}); };
  return fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", name, errors.rows,
                     percent(errors.median), median_text(below_mebibyte(rows)),
                     median_text(from_mebibyte(rows)), median_text(large(rows)),
                     percent(errors.p95), fmt::format("{:+.1f} %", 100 * errors.bias),
                     median_text(nccl), median_text(from_mebibyte(nccl)));
}

constexpr std::string_view kHead =
    "| table | sizes | median | below 1 MiB | from 1 MiB | from 64 MiB | p95 | bias | NCCL's own "
    "model | the same from 1 MiB |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n";

// The worst first.
std::string table_of(std::vector<HeldOut> tables) {
  const auto median = [](const HeldOut& table) { return summary_of(table.rows).median; };
  std::ranges::stable_sort(tables, std::greater<>(), median);
  std::string text(kHead);
  for (const HeldOut& table : tables) text += line(table.name, table.rows, table.nccl);
  return text;
}

std::vector<HeldOut> of_group(const std::vector<HeldOut>& tables, std::string_view group) {
  std::vector<HeldOut> some;
  std::ranges::copy_if(tables, std::back_inserter(some),
                       [&](const HeldOut& table) { return table.group == group; });
  return some;
}

Rows nccl_of(const std::vector<HeldOut>& tables) {
  Rows rows;
  for (const HeldOut& table : tables) rows.insert(rows.end(), table.nccl.begin(), table.nccl.end());
  return rows;
}

std::string section(const std::string& title, const std::string& what,
                    const std::vector<HeldOut>& tables) {
  return fmt::format("## {}\n\n{}\n\nAll together:\n\n{}{}\n{}\n", title, what, kHead,
                     line("all", measured::pooled(tables), nccl_of(tables)), table_of(tables));
}

std::string document(const std::filesystem::path& folder) {
  const auto sizes = measured::held_out_sizes(folder);
  const auto ranks = measured::held_out_ranks(folder);
  const auto servers = measured::held_out_servers(folder);
  std::string text =
      "# Accuracy\n\n"
      "Every figure of a collective is the error of a prediction of published times that were not "
      "in its fit: "
      "predicted / measured - 1, absolute except for the bias, which is the median of the signed "
      "errors. The last columns are the median errors of `algorithm: nccl`, NCCL's own model with "
      "nothing fitted, where it has one. The worst tables stand first; of the tables that were "
      "listed beforehand none is left out. [Training steps](#training-steps) stand at the end. "
      "Where the environment names the folder of published "
      "measurements, the tests make this page anew and fail if it is not the same.\n\n";
  text += section("Unseen sizes",
                  "Collectives of NCCL and RCCL with 20 sizes or more. Every other size is "
                  "predicted by a curve through the others, and they by one through it.",
                  of_group(sizes, "collectives"));
  text += section("Unseen sizes of messages between two",
                  "The same for point-to-point tables (OSU, IMB, perftest).",
                  of_group(sizes, "point to point"));
  text += section("Unseen numbers of ranks",
                  "Eight GPUs of one server, predicted from two and four of it (fp16; no time of "
                  "eight GPUs is in the fit).",
                  ranks);
  const std::string how =
      "Collectives on several servers, predicted by the shipped physics of the generation "
      "(`algorithm: physics`), which was fitted to one server of 2, 4 and 8 GPUs and to one other "
      "cluster, which is not here: of A100 two DGX on InfiniBand, of H100 two servers on "
      "InfiniBand; of B200 to none, its network is that of H100.";
  std::vector<HeldOut> rdma = of_group(servers, "InfiniBand or RoCE");
  text += section("Unseen clusters: InfiniBand and RoCE", how, rdma);
  const auto efa = of_group(servers, "EFA");
  text += section("Unseen clusters: EFA", how, efa);
  rdma.insert(rdma.end(), efa.begin(), efa.end());
  text += fmt::format("InfiniBand, RoCE and EFA together:\n\n{}{}\n", kHead,
                      line("all", measured::pooled(rdma), nccl_of(rdma)));
  text += section("Unseen clusters: TCPX and TCPXO", how, of_group(servers, "TCPX and TCPXO"));
  text += section("Unseen clusters: one GPU and one NIC a server", how,
                  of_group(servers, "one GPU and one NIC a server"));
  text += section(
      "GPUs of another generation than the physics",
      "What the physics of one generation says of GPUs that it was not fitted to: GB200 and GB300 "
      "inside one NVLink domain by that of B200, two servers of GH200 by that of H100, of V100 and "
      "of T4 by that of A100. It is not made for that, and T4 receives without GPUDirect, of which "
      "the physics knows nothing; from 1 MiB it is far too fast there. (The latency that the EFA "
      "presets have is from that table of T4.)",
      of_group(servers, "other generations of GPUs"));
  return text + measured::training_page(folder);
}

TEST(Accuracy, IsAsDocumented) {
  const auto folder = support::published_folder();
  if (!folder) GTEST_SKIP() << "COMMSIM_MEASUREMENTS names no folder of measurements";
  const std::filesystem::path file =
      std::filesystem::path(COMMSIM_SOURCE_DIR) / "docs" / "accuracy.md";
  const std::string now = document(*folder);
  if (std::getenv("COMMSIM_APPROVE") != nullptr) std::ofstream(file) << now;
  std::ostringstream written;
  written << std::ifstream(file).rdbuf();
  EXPECT_EQ(written.str(), now) << "COMMSIM_APPROVE=1 writes what the measurements say";
}

}  // namespace
}  // namespace commsim::accuracy_test
