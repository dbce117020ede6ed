// The matrix of an all_to_all, written out or in a file.
#include "sim/scenario/traffic_matrix.hpp"

#include <gmock/gmock.h>

#include "core/diagnostics.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/yaml_document.hpp"
#include "tests/support/command.hpp"

namespace commsim::traffic_matrix_test {
namespace {

using testing::HasSubstr;

std::string errors_of(const std::string& csv) {
  try {
    parse_traffic_matrix({.name = "t.csv", .text = csv});
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

std::string scenario(const std::string& matrix) {
  return "version: 1\n"
         "topology: {kind: switch, ranks: 2, link: {bandwidth: 1 GB/s}}\n"
         "collective: {kind: all_to_all, algorithm: direct, matrix: " +
         matrix + "}\n";
}

std::string scenario_errors(const std::string& matrix) {
  try {
    read_scenarios(read_yaml_text(scenario(matrix), "test.yaml"));
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(TrafficMatrix, RefusesBadCellsAtTheirPlaces) {
  EXPECT_THAT(errors_of("0,1\n2,x\n"), HasSubstr("t.csv:2:3: error: expected a number of bytes"));
  EXPECT_THAT(errors_of("# head\n0,-1\n2,0\n"), HasSubstr("t.csv:2:3: error: "));
  EXPECT_THAT(errors_of("0,,1\n"), HasSubstr("t.csv:1:3: error: "));
  EXPECT_THAT(errors_of("0,1.5\n1,0\n"), HasSubstr("t.csv:1:3: error: "));
  EXPECT_THAT(errors_of("0,300000000000\n1,0\n"), HasSubstr("t.csv:1:3: error: expected a number "
                                                            "of bytes: 300 GB is too large"));
}

TEST(TrafficMatrix, RefusesWhatIsNotSquare) {
  EXPECT_THAT(errors_of(""), HasSubstr("it has no rows"));
  EXPECT_THAT(errors_of("# nothing\n\n"), HasSubstr("it has no rows"));
  EXPECT_THAT(errors_of("0,1\n2\n"), HasSubstr("t.csv:2:1: error: 1 cells; the first row has 2"));
  EXPECT_THAT(errors_of("0,1\n"), HasSubstr("1 rows of 2 cells"));
  EXPECT_THAT(errors_of("0,1\n1,0\n1,1\n"), HasSubstr("t.csv:3:1: error: there are more rows"));
  std::string wide = "0";
  for (int i = 0; i < 4096; ++i) wide += ",0";
  EXPECT_THAT(errors_of(wide + "\n"), HasSubstr("t.csv:1"));
}

TEST(TrafficMatrix, ReadsRowsOfBytes) {
  const TrafficMatrix expected{{Bytes{0}, Bytes{1024}}, {Bytes{7}, Bytes{0}}};
  EXPECT_EQ(parse_traffic_matrix({.name = "t", .text = "# head\r\n0, 1024\r\n\n7,0"}), expected);
}

TEST(TrafficMatrix, ZeroNeedsNoUnitAndOtherSizesDo) {
  EXPECT_EQ(scenario_errors("[[0, 1 MB], [0 B, 0]]"), "");
  EXPECT_THAT(scenario_errors("[[0, 1], [1 MB, 0]]"),
              HasSubstr("test.yaml:3:64: error: collective.matrix: '1' is not"));
}

TEST(TrafficMatrix, RefusesWhatIsNoListOfRows) {
  EXPECT_THAT(scenario_errors("1 MB"), HasSubstr("expected a list of 1 to 4096 rows"));
  EXPECT_THAT(scenario_errors("[1 MB, 2 MB]"), HasSubstr("expected a list of sizes"));
  EXPECT_THAT(scenario_errors("[[0, 1 MB]]"), HasSubstr("each must have as many sizes"));
  EXPECT_THAT(scenario_errors("[[0, 300 GB], [0, 0]]"), HasSubstr("300 GB is too large"));
  EXPECT_THAT(scenario_errors("{fiel: t.csv}"), HasSubstr("'file' is missing"));
  EXPECT_THAT(scenario_errors("{file: no.csv}"), HasSubstr("no.csv"));
}

TEST(TrafficMatrix, OfAFileIsThatOfTheSection) {
  const support::TemporaryFolder folder;
  std::ofstream(folder.path() / "t.csv") << "0,1000000\n2000000,0\n";
  std::ofstream(folder.path() / "s.yaml") << scenario("{file: t.csv}");
  const ScenarioSet set = read_scenarios(read_yaml_file(folder.path() / "s.yaml"));
  const CollectiveCall& call = set.points.front().run.call;
  const TrafficMatrix expected{{Bytes{0}, Bytes{1'000'000}}, {Bytes{2'000'000}, Bytes{0}}};
  EXPECT_EQ(call.matrix, expected);
  EXPECT_EQ(call.size, Bytes{2'000'000});
}

}  // namespace
}  // namespace commsim::traffic_matrix_test
