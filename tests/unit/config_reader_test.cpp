#include "core/config_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "sim/scenario/yaml_document.hpp"

namespace commsim::config_reader_test {
namespace {

using testing::ElementsAre;

struct Animal {
  std::string_view name;
};
const Registration<Animal> cat{{.name = "cat"}};
const Registration<Animal> horse{{.name = "horse"}};

// Reads `text` at every point of its sweep, as the scenario reader does, and returns the report.
std::string report(std::string_view text, const std::function<void(ConfigReader&)>& read) {
  const ConfigDocument document = read_yaml_text(text, "f");
  ReadingContext context;
  do {
    ConfigReader root{document.root, "", context};
    read(root);
  } while (context.sweep.advance());
  context.report_unknown_keys();
  try {
    context.diagnostics.throw_if_any(document.sources);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(ConfigReader, LocatesWrongValues) {
  EXPECT_THAT(report("version: 1\nsize: 64\n",
                     [](ConfigReader& root) {
                       root.raw("version");
                       EXPECT_EQ(root.bytes("size"), std::nullopt);
                       EXPECT_TRUE(root.failed());
                     }),
              testing::StartsWith("f:2:7: error: size: '64' is not an amount of data"));
}

TEST(ConfigReader, RefusesMapsAndNothingWhereOneValueBelongs) {
  const auto read = [](ConfigReader& root) { root.whole("n", {}); };
  EXPECT_EQ(report("n: {a: 1}", read), "f:1:4: error: n: expected a single value, found a map");
  EXPECT_EQ(report("n:", read), "f:1:1: error: n: expected a single value, found nothing");
  EXPECT_EQ(report("n: [[1]]", read), "f:1:5: error: n: expected a single value, found a list");
}

TEST(ConfigReader, RefusesAnEmptyList) {
  EXPECT_EQ(report("n: []", [](ConfigReader& root) { root.whole("n", {}); }),
            "f:1:4: error: n: the list is empty; a sweep needs one value or more");
}

TEST(ConfigReader, RefusesASectionThatIsNoMap) {
  EXPECT_EQ(report("s: 3", [](ConfigReader& root) { root.section("s").whole("n", {}); }),
            "f:1:4: error: s: expected a map of keys and values, found a single value");
  EXPECT_EQ(report("[1]", [](ConfigReader& root) { root.whole("n", {}); }),
            "f:1:1: error: expected a map of keys and values, found a list");
}

TEST(ConfigReader, RefusesUnknownKeysWithTheNearestLegalOne) {
  EXPECT_EQ(
      report("s:\n  rnaks: 8\n", [](ConfigReader& root) { root.section("s").whole("ranks", {}); }),
      "f:2:3: error: s.rnaks: unknown key 'rnaks'; did you mean 'ranks'? (legal: ranks)");
}

TEST(ConfigReader, RefusesNumbersOutOfRange) {
  const auto up_to_8 = [](ConfigReader& root) { root.whole("n", {.least = 1, .most = 8}); };
  EXPECT_EQ(report("n: 9", up_to_8), "f:1:4: error: n: 9 is out of range; legal: 1 to 8");
  EXPECT_EQ(report("n: 0", up_to_8), "f:1:4: error: n: 0 is out of range; legal: 1 to 8");
  EXPECT_EQ(report("n: 0", [](ConfigReader& root) { root.whole("n", {}); }),
            "f:1:4: error: n: 0 is too small; legal: 1 or more");
}

TEST(ConfigReader, RefusesUnknownWordsAndNames) {
  EXPECT_EQ(report("w: fsat",
                   [](ConfigReader& root) {
                     root.word("w", {"fast", "slow"});
                   }),
            "f:1:4: error: w: unknown choice 'fsat'; did you mean 'fast'? (legal: fast, slow)");
  EXPECT_EQ(report("w: hors", [](ConfigReader& root) { root.named<Animal>("w", "animal"); }),
            "f:1:4: error: w: unknown animal 'hors'; did you mean 'horse'? (legal: cat, horse)");
}

TEST(ConfigReader, ReportsAMissingKeyAtItsSection) {
  const auto read = [](ConfigReader& root) {
    ConfigReader section = root.section("s");
    EXPECT_EQ(section.required("n", section.whole("n", {}), std::int64_t{1}), 1);
    EXPECT_TRUE(section.failed());
  };
  EXPECT_EQ(report("s: {}", read), "f:1:4: error: s.n: the key 'n' is missing here");
  EXPECT_EQ(report("{}", read), "f:1:1: error: s.n: the key 'n' is missing here");
}

TEST(ConfigReader, SaysOfAWrongValueOnlyThatItIsWrong) {
  EXPECT_EQ(
      report("n: x",
             [](ConfigReader& root) { root.required("n", root.whole("n", {}), std::int64_t{1}); }),
      "f:1:4: error: n: 'x' is not a whole number; write for example '8'");
}

TEST(ConfigReader, RefusesAListWhereNoneMayStand) {
  EXPECT_EQ(report("kind: [a, b]", [](ConfigReader& root) { root.refuse_sweep("kind", "why"); }),
            "f:1:7: error: kind: a list cannot stand here: why");
}

TEST(ConfigReader, ReportsARequestErrorWhereItWasCaused) {
  EXPECT_EQ(report("a: {b: [4, 6]}",
                   [](ConfigReader& root) {
                     ConfigReader section = root.section("a");
                     const auto n = section.whole("b", {});
                     EXPECT_EQ(section.checked("b",
                                               [&] {
                                                 if (n != 4)
                                                   throw RequestError("a power of two is needed");
                                                 return 1;
                                               }),
                               n == 4 ? std::optional(1) : std::nullopt);
                   }),
            "f:1:12: error: a.b: a power of two is needed");
}

TEST(ConfigReader, ReportsAllErrorsOfAFileInItsOrder) {
  EXPECT_EQ(report("a: x\nb: {n: 0, m: 1}\nc: y\n",
                   [](ConfigReader& root) {
                     root.whole("c", {});
                     root.section("b").whole("n", {});
                     root.whole("a", {});
                   }),
            "f:1:4: error: a: 'x' is not a whole number; write for example '8'\n"
            "f:2:8: error: b.n: 0 is too small; legal: 1 or more\n"
            "f:2:11: error: b.m: unknown key 'm' (legal: n)\n"
            "f:3:4: error: c: 'y' is not a whole number; write for example '8'");
}

TEST(ConfigReader, ReportsAnErrorThatEveryPointHasOnlyOnce) {
  int failures = 0;
  EXPECT_EQ(report("n: [1, 2, 3]\nm: x\n",
                   [&](ConfigReader& root) {
                     root.whole("n", {});
                     root.whole("m", {});
                     failures += root.failed() ? 1 : 0;
                   }),
            "f:2:4: error: m: 'x' is not a whole number; write for example '8'");
  EXPECT_EQ(failures, 3);  // and yet every point knows that it failed
}

TEST(ConfigReader, ReadsEveryTypeOfValue) {
  const std::string text =
      "b: 64 MiB\nr: 400 Gb/s\nd: 1.5 us\nx: 0.25\nn: 8\nt: some text\na: cat\n";
  EXPECT_EQ(report(text,
                   [](ConfigReader& root) {
                     EXPECT_EQ(root.bytes("b"), 64_MiB);
                     EXPECT_EQ(root.bandwidth("r"), 50_GBps);
                     EXPECT_EQ(root.duration("d"), 1500_nsec);
                     EXPECT_EQ(root.number("x"), 0.25);
                     EXPECT_EQ(root.whole("n", {}), 8);
                     EXPECT_EQ(root.text("t"), "some text");
                     EXPECT_EQ(root.named<Animal>("a", "animal"), Registry<Animal>::find("cat"));
                     EXPECT_FALSE(root.failed());
                   }),
            "");
}

TEST(ConfigReader, ReadsAnAbsentSectionAsEmpty) {
  EXPECT_EQ(report("{}",
                   [](ConfigReader& root) {
                     ConfigReader section = root.section("s").section("t");
                     EXPECT_EQ(section.whole("n", {}), std::nullopt);
                     EXPECT_EQ(section.path(), "s.t");
                     EXPECT_FALSE(section.failed());
                   }),
            "");
}

using Points = std::vector<std::string>;

// The values of `keys` at every point of the sweep.
Points points(std::string_view text, const std::vector<std::string>& keys) {
  Points all;
  EXPECT_EQ(report(text,
                   [&](ConfigReader& root) {
                     std::string point;
                     for (const std::string& key : keys) point += root.text(key).value_or("-");
                     all.push_back(point);
                   }),
            "");
  return all;
}

TEST(Sweep, HasOnePointWithoutLists) { EXPECT_THAT(points("a: x", {"a", "b"}), ElementsAre("x-")); }

TEST(Sweep, TurnsTheAxisThatIsReadLastFastest) {
  EXPECT_THAT(points("a: [1, 2]\nb: [x, y, z]", {"a", "b"}),
              ElementsAre("1x", "1y", "1z", "2x", "2y", "2z"));
  EXPECT_THAT(points("a: [1, 2]\nb: [x, y, z]", {"b", "a"}),
              ElementsAre("x1", "x2", "y1", "y2", "z1", "z2"));
}

TEST(Sweep, GivesTheSameItemToWhoeverAsksTwice) {
  EXPECT_THAT(points("a: [1, 2]", {"a", "a"}), ElementsAre("11", "22"));
}

TEST(Sweep, HasAnAxisOnlyWhereSomebodyReadsIt) {
  Points all;
  EXPECT_EQ(report("kind: [tree, ring, flat]\nchunk: [1, 2]\nroot: [0, 1]",
                   [&](ConfigReader& root) {
                     const std::string kind = root.text("kind").value();
                     std::string point = kind;
                     if (kind == "ring") point += root.text("chunk").value();
                     if (kind == "tree") point += root.text("root").value();
                     all.push_back(point);
                   }),
            "");
  EXPECT_THAT(all, ElementsAre("tree0", "tree1", "ring1", "ring2", "flat"));
}

TEST(Sweep, DoesNotCallAKeyUnknownThatOnlyOnePointReads) {
  EXPECT_EQ(report("kind: [a, b]\nchunk: 1\nroto: 2",
                   [](ConfigReader& root) {
                     if (root.text("kind") == "b") root.text("chunk");
                   }),
            "f:3:1: error: roto: unknown key 'roto' (legal: chunk, kind)");
}

TEST(Sweep, LocatesAnErrorAtTheItemThatCausedIt) {
  EXPECT_THAT(report("n: [1, x, 3]", [](ConfigReader& root) { root.whole("n", {}); }),
              testing::StartsWith("f:1:8: error: n: 'x'"));
}

TEST(Sweep, TellsItsChoices) {
  std::vector<std::string> all;
  report("s: {n: [1, 2]}\nk: [x]", [&](ConfigReader& root) {
    root.section("s").text("n");
    root.text("k");
    for (const auto& [path, value] : root.context().sweep.choices())
      all.push_back(path + "=" + value);
  });
  EXPECT_THAT(all, ElementsAre("s.n=1", "k=x", "s.n=2", "k=x"));
}

TEST(Sweep, LeavesRawListsAlone) {
  int times = 0;
  EXPECT_EQ(report("links: [1, 2]",
                   [&](ConfigReader& root) {
                     ++times;
                     EXPECT_EQ(root.raw("links")->items.size(), 2U);
                   }),
            "");
  EXPECT_EQ(times, 1);
}

}  // namespace
}  // namespace commsim::config_reader_test
