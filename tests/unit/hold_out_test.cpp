// Predicting what was left out, and ranking those who predict.
#include "calibrate/hold_out.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "core/error.hpp"
#include "sim/report/ratio_plot.hpp"
#include "sim/report/validation_report.hpp"

namespace commsim::hold_out_test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// A ring over n ranks, eight in each node: 2 us a step, 20 GB/s.
MeasuredRun ring(int nodes, double slower = 1) {
  const int ranks = 8 * nodes;
  MeasuredRun run{.collective = "all_reduce", .ranks = ranks, .nodes = nodes};
  for (int power = 10; power <= 28; power += 2) {
    const double bytes = static_cast<double>(std::int64_t{1} << power);
    const double time = 10e-6 + 2e-6 * ranks + bytes * 2 * (ranks - 1) / ranks / 20e9;
    run.rows.push_back({.size = Bytes{std::int64_t{1} << power},
                        .time = Duration{static_cast<std::int64_t>(1e12 * slower * time)}});
  }
  return run;
}

Measurements file(const std::string& name, std::vector<MeasuredRun> runs) {
  return {.file = name, .format = "csv", .runs = std::move(runs), .notes = {}};
}

template <typename Act>
std::string refusal(Act act) {
  try {
    act();
  } catch (const RequestError& refused) {
    return refused.what();
  }
  return "accepted";
}

TEST(HoldOutNodes, NeedsThreeNumbersOfTwoNodesOrMore) {
  EXPECT_THAT(refusal([] { hold_out_nodes({ring(2), ring(4)}); }), HasSubstr("three numbers"));
  EXPECT_THAT(refusal([] { hold_out_nodes({ring(1), ring(2), ring(4)}); }), HasSubstr("three"));
  MeasuredRun thinner = ring(8);
  thinner.ranks = 32;
  EXPECT_THAT(refusal([&] { hold_out_nodes({ring(2), ring(4), thinner}); }), HasSubstr("three"));
  MeasuredRun other = ring(8);
  other.collective = "all_gather";
  EXPECT_THAT(refusal([&] { hold_out_nodes({ring(2), ring(4), other}); }), HasSubstr("three"));
  MeasuredRun unknown;
  unknown.nodes = 2;
  EXPECT_THAT(refusal([&] { hold_out_nodes({unknown, unknown, unknown}); }), HasSubstr("three"));
}

TEST(HoldOutNodes, EachNumberIsPredictedFromTheNearestTwo) {
  const HeldOut held = hold_out_nodes({ring(8), ring(1), ring(2), ring(4), ring(16)});
  ASSERT_EQ(held.validations.size(), 3U);
  EXPECT_THAT(held.validations[0].title, HasSubstr("on 32 ranks in 4 nodes"));
  EXPECT_EQ(held.validations[0].predictor, "its 2 and 8 nodes");
  EXPECT_EQ(held.validations[1].predictor, "its 4 and 16 nodes");
  EXPECT_EQ(held.validations[2].predictor, "its 4 and 8 nodes");
  for (const Validation& validation : held.validations) {
    EXPECT_LT(summary_of(validation.rows).p95, 0.05) << validation.predictor;
  }
  EXPECT_THAT(held.notes, ElementsAre(HasSubstr("2 nodes are the fewest")));
}

TEST(HoldOutNodes, WhatTwoTablesCannotPredictIsSaidAndTheRestPredicted) {
  MeasuredRun few = ring(2);
  few.rows.resize(3);
  const HeldOut held = hold_out_nodes({few, ring(4), ring(8), ring(16)});
  ASSERT_EQ(held.validations.size(), 2U);
  EXPECT_EQ(held.validations[0].predictor, "its 4 and 16 nodes");
  EXPECT_THAT(held.notes, ElementsAre(HasSubstr("the fewest"),
                                      HasSubstr("from 2 and 8 nodes: two numbers of ranks must")));
}

TEST(HoldOutFiles, NeedsAnotherFileOfTheSameThing) {
  EXPECT_THAT(refusal([] { hold_out_files({file("a", {ring(2)})}); }), HasSubstr("two or more"));
  EXPECT_THAT(refusal([] {
                hold_out_files({file("a", {ring(2)}), file("a", {ring(2)})});
              }),
              HasSubstr("a stands twice"));
  EXPECT_THAT(refusal([] {
                hold_out_files({file("a", {ring(2)}), file("b", {ring(4)})});
              }),
              HasSubstr("no two files"));
  MeasuredRun product = ring(2);
  product.redop = "prod";
  EXPECT_THAT(refusal([&] {
                hold_out_files({file("a", {ring(2)}), file("b", {product})});
              }),
              HasSubstr("no two files"));
  MeasuredRun forced = ring(2);
  forced.algorithm = "Tree";
  EXPECT_THAT(refusal([&] {
                hold_out_files({file("a", {ring(2)}), file("b", {forced})});
              }),
              HasSubstr("no two files"));
}

TEST(HoldOutFiles, EachIsPredictedByTheOthers) {
  const HeldOut held = hold_out_files(
      {file("a", {ring(2), ring(4)}), file("b", {ring(2, 1.1)}), file("c", {ring(2, 1.1)})});
  ASSERT_EQ(held.validations.size(), 3U);
  EXPECT_THAT(held.validations[0].title, StartsWith("a: all_reduce on 16 ranks"));
  EXPECT_EQ(held.validations[0].predictor, "b, c");
  EXPECT_NEAR(summary_of(held.validations[0].rows).bias, 0.1, 0.01);
  EXPECT_EQ(held.validations[1].predictor, "a, c");
  EXPECT_THAT(held.notes, ElementsAre(AllOf(StartsWith("a:"), HasSubstr("no other file"))));
}

Validation predicted(const std::string& title, const std::string& by, double factor) {
  return {.title = title,
          .predictor = by,
          .rows = {{Bytes{1024}, 1e-5, 1e-5 * factor, {}}, {Bytes{1 << 21}, 1e-3, 1e-3, {}}}};
}

TEST(Ranking, IsOfThoseWhoPredictTheSame) {
  EXPECT_THAT(ranking(std::vector{predicted("a", "x", 2), predicted("b", "y", 2)}), IsEmpty());
  const std::vector all = {predicted("a", "slow", 2), predicted("a", "good", 1.1),
                           predicted("b", "slow", 2), predicted("b", "good", 0.9)};
  const auto ranked = ranking(all);
  ASSERT_EQ(ranked.size(), 2U);
  EXPECT_EQ(ranked[0].predictor, "good");
  EXPECT_EQ(ranked[0].rows.size(), 4U);
  EXPECT_EQ(decisive(all).size(), 4U);
  EXPECT_EQ(decisive({all[0], predicted("b", "slow", 2)}).size(), 4U);
}

TEST(WorstRows, AreTheLargestErrorsOfEitherSign) {
  const std::vector<ValidationRow> rows{
      {Bytes{1}, 1, 1.1, {}}, {Bytes{2}, 1, 0.5, {}}, {Bytes{3}, 1, 1.3, {}}};
  const auto worst = worst_rows(rows, 2);
  ASSERT_EQ(worst.size(), 2U);
  EXPECT_EQ(worst[0].size, 2_B);
  EXPECT_EQ(worst[1].size, 3_B);
  EXPECT_EQ(worst_rows(rows, 9).size(), 3U);
}

TEST(RatioPlot, NothingToPlotIsNoPlot) {
  EXPECT_EQ(ratio_plot({}), "");
  EXPECT_EQ(ratio_plot(std::vector<ValidationRow>{{Bytes{8}, 1, 0, {}}}), "");
}

TEST(RatioPlot, PutsSizesAndRatiosOnLogarithmicAxes) {
  const std::vector<ValidationRow> rows{{Bytes{1}, 1, 4, {}},
                                        {Bytes{1 << 10}, 1, 0.5, {}},
                                        {Bytes{1 << 20}, 1, 1, {}},
                                        {Bytes{1 << 20}, 1, 1, {}}};
  std::istringstream in(ratio_plot(rows));
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  ASSERT_EQ(lines.size(), 13U);
  EXPECT_EQ(lines[1], "      4.00 |o");
  EXPECT_EQ(lines[6], "      1.00 |" + std::string(63, '-') + "#");
  EXPECT_EQ(lines[11], "      0.25 |");
  // Half of it is half-way to a quarter, and 1 KiB half-way to 1 MiB.
  const std::size_t place = lines[8].find('o') == std::string::npos ? 9 : 8;
  EXPECT_EQ(lines[place].find('o'), 12U + 32U);
  EXPECT_THAT(lines[12], AllOf(HasSubstr(" 1 B"), testing::EndsWith("1 MiB")));
}

TEST(ValidationReport, TellsDecadesWorstSizesAndAPlot) {
  std::ostringstream out;
  write_validations(out, {predicted("a", "x", 2)});
  EXPECT_THAT(out.str(), AllOf(HasSubstr("  below 1 MiB        1 size: median 100.0 %"),
                               HasSubstr("  from 1 MiB         1 size: median 0.0 %"),
                               HasSubstr("  1 kB to 10 kB      1 size"),
                               HasSubstr("  worst              1 KiB +100.0 %, 2 MiB +0.0 %"),
                               HasSubstr("predicted / measured"), Not(HasSubstr("best first"))));
}

TEST(ValidationReport, RanksAlgorithmsInsteadOfPoolingThem) {
  std::ostringstream out;
  write_validations(out, {predicted("a", "slow", 3), predicted("a", "good", 1.1)});
  const std::string text = out.str();
  const auto list = text.find("best first");
  ASSERT_NE(list, std::string::npos);
  EXPECT_LT(text.find("good", list), text.find("slow", list));
  EXPECT_THAT(text, Not(HasSubstr("tables together")));
}

}  // namespace
}  // namespace commsim::hold_out_test
