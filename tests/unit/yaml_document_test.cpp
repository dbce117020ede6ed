#include "sim/scenario/yaml_document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "core/diagnostics.hpp"

namespace commsim::yaml_document_test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string refusal(const std::function<void()>& read) {
  try {
    read();
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no refusal";
}
std::string refused(std::string_view text) {
  return refusal([&] { read_yaml_text(text, "f"); });
}
std::string repeated(std::string_view piece, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += piece;
  return text;
}

TEST(YamlDocument, RefusesAnEmptyText) {
  const std::string message = "f: error: the file is empty; a scenario starts with `version: 1`";
  for (const std::string text : {"", "\n \n", "# only a comment\n", "---\n", "~", "\xef\xbb\xbf"}) {
    EXPECT_EQ(refused(text), message) << text;
  }
}

TEST(YamlDocument, RefusesDuplicateKeysAndNamesTheFirst) {
  EXPECT_EQ(refused("a: 1\nb: 2\n\"a\": 3\n"),
            "f:3:1: error: duplicate key 'a'; the first one is at 1:1");
  EXPECT_THAT(refused("a: {x: 1, y: 2, x: 3}"), StartsWith("f:1:17: error: duplicate key 'x'"));
}

TEST(YamlDocument, RefusesKeysThatAreNoScalars) {
  for (const std::string text : {"[a]: 1", "{a: 1}: 1", "~: 1", "? [a, b]\n: 1", ": 1"}) {
    EXPECT_THAT(refused(text), HasSubstr("a key must be a single value")) << text;
  }
  EXPECT_THAT(refused("a: &k [1]\n*k : 2"), StartsWith("f:2:1: error: a key must be"));
}

TEST(YamlDocument, RefusesBadSyntaxAtItsPlace) {
  EXPECT_THAT(refused("a: [1, 2\nb: 3\n"), StartsWith("f:2:2: error: not YAML: "));
  EXPECT_THAT(refused("a: [1, 2\nb: 3\n"), HasSubstr("; it begins at 1:4"));
  EXPECT_THAT(refused("a: b: c\n"), StartsWith("f:1:5: error: not YAML: "));
  EXPECT_THAT(refused("a: 1\n]"), HasSubstr("f:2:1: error: not YAML"));
}

TEST(YamlDocument, RefusesQuotesThatNobodyCloses) {
  for (const std::string text :
       {"a: \"open", "a: \"open\n", "a: 'open\nb: 1\n", "\"", "'", "a: 'it''s\n", "a: \"x\\\"\n",
        "[\"a", "? \"a\n", "a: &x \"b\n\n"}) {
    EXPECT_THAT(refused(text), HasSubstr("not YAML: the text ends inside quotes")) << text;
  }
}

TEST(YamlDocument, KeepsBlockScalarsAsTheyAre) {
  const ConfigDocument document = read_yaml_text("a: |+\n  x\n\nb: >-\n  y\n  z\nc: |\n  w", "f");
  EXPECT_EQ(document.root.find("a")->scalar, "x\n\n");
  EXPECT_EQ(document.root.find("b")->scalar, "y z");
  EXPECT_EQ(document.root.find("c")->scalar, "w\n");
}

TEST(YamlDocument, PointsOutTabs) {
  EXPECT_THAT(refused("a:\n\tb: 1\n"), StartsWith("f:2:"));
  EXPECT_THAT(refused("a:\n\tb: 1\n"), HasSubstr("indented with a tab"));
  EXPECT_THAT(refused("a:\n  b: 1\n\tc: 2\n"), HasSubstr("indented with a tab"));
}

TEST(YamlDocument, RefusesAliasesToNothing) {
  EXPECT_THAT(refused("a: *b\n"), StartsWith("f:1:4: error: not YAML: "));
  EXPECT_THAT(refused("a: *b\nb: &b 1\n"), StartsWith("f:1:4: error: "));
}

TEST(YamlDocument, RefusesCyclicAliases) {
  EXPECT_THAT(refused("a: &x [1, *x]\n"), StartsWith("f:1:11: error: "));
  EXPECT_THAT(refused("a: &x [1, *x]\n"), HasSubstr("cyclic"));
  EXPECT_THAT(refused("&x a: 1\nb: &x {c: {d: *x}}\n"), HasSubstr("cyclic"));
}

TEST(YamlDocument, RefusesAliasesThatMultiplyWithoutEnd) {
  std::string bomb = "a0: &a0 [1, 2]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string alias = "*a" + std::to_string(i - 1);
    bomb +=
        "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + alias + ", " + alias + "]\n";
  }
  EXPECT_THAT(refused(bomb), HasSubstr("the aliases expand to more than 1000000 values"));
}

TEST(YamlDocument, RefusesManyCopiesOfALongText) {
  const std::string text =
      "a: &a " + std::string(1'000'000, 'x') + "\nb: [" + repeated("*a, ", 1000) + "]";
  EXPECT_THAT(refused(text), StartsWith("f:2:"));
  EXPECT_THAT(refused(text), HasSubstr("the aliases expand to more than 1000000 values"));
}

TEST(YamlDocument, RefusesAliasesThatNestWithoutEnd) {
  std::string text = "a0: &a0 [1]\n";
  for (int i = 1; i < 100; ++i) {
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) +
            "]\n";
  }
  EXPECT_THAT(refused(text), HasSubstr("the aliases nest deeper than 64 levels"));
}

TEST(YamlDocument, RefusesDeepNestingHoweverDeep) {
  for (const std::string piece : {"[", "{", "[{", "- ", "? ", "[\n", "[a: ", ": ", "{? "}) {
    EXPECT_NE(refused(repeated(piece, 100'000)), "no refusal") << piece;
  }
  const std::string closed = repeated("[", 100'000) + repeated("]", 100'000);
  EXPECT_EQ(refused(closed), "f:1:65: error: nested deeper than 64 levels");
  EXPECT_EQ(refused(repeated("[", 65) + repeated("]", 65)),
            "f:1:65: error: nested deeper than 64 levels");
  EXPECT_EQ(refused(repeated("[", 64) + repeated("]", 64)), "no refusal");
}

TEST(YamlDocument, SurvivesLongRunsOfIndicators) {
  for (const std::string piece :
       {"&a ", "&a\n", "*a ",          "! ",    "!",     "%",  "|\n", "\"", "'",
        ">",   "#\n",  "%TAG !a! b\n", "---\n", "...\n", "\t", "\r",  ",",  "a: ",
        "?\n", "-\n",  "&a\n- ",       "!!a ",  "@",     "`",  ": : "}) {
    EXPECT_NO_THROW(refused(repeated(piece, 100'000))) << piece;
  }
}

TEST(YamlDocument, RefusesSeveralDocuments) {
  EXPECT_THAT(refused("a: 1\n---\nb: 2\n"), StartsWith("f:2:1: error: a second document"));
  EXPECT_THAT(refused("a: 1\n---\n"), StartsWith("f:2:1: error: a second document"));
  EXPECT_EQ(refused("---\na: 1\n...\n"), "no refusal");
}

TEST(YamlDocument, RefusesTagsAndMergeKeys) {
  EXPECT_THAT(refused("a: !!int 3\n"), StartsWith("f:1:4: error: the tag "));
  EXPECT_THAT(refused("a: !x {b: 1}\n"), HasSubstr("the tag '!x'"));
  EXPECT_THAT(refused("a: &a {b: 1}\nc: {<<: *a}\n"), StartsWith("f:2:5: error: merge keys"));
}

TEST(YamlDocument, RefusesBinaryFiles) {
  using namespace std::string_view_literals;
  EXPECT_THAT(refused("a: 1\nb: \0 2"sv),
              StartsWith("f:2:4: error: the control character 0x00 at offset 8"));
  EXPECT_THAT(refused("a: 1\n\x04"
                      "b: 2"),
              StartsWith("f:2:1: error: the control character 0x04"));
  EXPECT_THAT(refused("a: caf\xe9\n"),
              StartsWith("f:1:7: error: the byte 0xe9 at offset 6 is not UTF-8"));
  EXPECT_THAT(refused("\xef\xbb\xbf\xff"), StartsWith("f:1:1: error: the byte 0xff at offset 3"));
  EXPECT_THAT(refused("\xff\xfe"
                      "a"),
              HasSubstr("not UTF-8"));
}

TEST(YamlDocument, RefusesEveryKindOfBrokenUtf8) {
  for (const std::string bytes :
       {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf0\x80\x80\x80",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\xc3"}) {
    EXPECT_THAT(refused("a: " + bytes), HasSubstr("is not UTF-8")) << testing::PrintToString(bytes);
  }
  EXPECT_EQ(refused("a: \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"), "no refusal");
}

TEST(YamlDocument, RefusesWhatIsTooLarge) {
  EXPECT_EQ(refused(std::string((16U << 20U) + 1, '#')),
            "f: error: the text is larger than 16 MiB");
  EXPECT_THAT(refused(repeated("- a\n", 1'000'001)), HasSubstr("more than 1000000 values"));
  EXPECT_THAT(refused(repeated("[", 16 << 20)), HasSubstr("brackets"));
}

TEST(YamlDocument, RefusesFilesThatCannotBeRead) {
  const auto folder = std::filesystem::temp_directory_path();
  const auto missing = folder / "commsim-there-is-no-such-file.yaml";
  EXPECT_EQ(refusal([&] { read_yaml_file(missing); }),
            missing.string() + ": error: cannot be read: No such file or directory");
  EXPECT_EQ(refusal([&] { read_yaml_file(folder); }),
            folder.string() + ": error: cannot be read: Is a directory");
  EXPECT_THAT(refusal([&] { read_yaml_file(""); }), HasSubstr("cannot be read"));
}

TEST(YamlDocument, ReadsAFile) {
  const auto file = std::filesystem::temp_directory_path() / "commsim-yaml-document-test.yaml";
  std::ofstream(file) << "version: 1\nname: x\n";
  const ConfigDocument document = read_yaml_file(file);
  std::filesystem::remove(file);
  EXPECT_EQ(document.sources, std::vector<std::string>{file.string()});
  ASSERT_NE(document.root.find("name"), nullptr);
  EXPECT_EQ(document.root.find("name")->scalar, "x");
}

TEST(YamlDocument, KeepsOrderKindsAndPlaces) {
  const ConfigDocument document = read_yaml_text("b: 1\na:\n  - x y\n  - {k: ~}\n", "f");
  const ConfigNode& root = document.root;
  ASSERT_EQ(root.map.size(), 2U);
  EXPECT_EQ(root.map[0].key, "b");
  EXPECT_EQ(root.key_marks[1], (Mark{0, 2, 1}));
  const ConfigNode& list = root.map[1].value;
  ASSERT_EQ(list.items.size(), 2U);
  EXPECT_EQ(list.items[0].scalar, "x y");
  EXPECT_EQ(list.items[0].mark, (Mark{0, 3, 5}));
  EXPECT_EQ(list.items[1].kind, ConfigNode::Kind::kMap);
  EXPECT_EQ(list.items[1].find("k")->kind, ConfigNode::Kind::kNull);
}

TEST(YamlDocument, CountsFromOneAfterAByteOrderMarkToo) {
  EXPECT_EQ(read_yaml_text("\xef\xbb\xbf"
                           "a: 1",
                           "f")
                .root.key_marks[0],
            (Mark{0, 1, 1}));
}

TEST(YamlDocument, PutsAMissingValueAtItsKey) {
  const ConfigDocument document = read_yaml_text("a:\n\nb: ~\nc:\n", "f");
  EXPECT_EQ(document.root.find("a")->mark, (Mark{0, 1, 1}));
  EXPECT_EQ(document.root.find("b")->mark, (Mark{0, 3, 4}));
  EXPECT_EQ(document.root.find("c")->mark, (Mark{0, 4, 1}));
}

TEST(YamlDocument, CopiesWhatAnAliasStandsForWithItsMarks) {
  const ConfigDocument document = read_yaml_text("a: &x {k: 1}\nb: *x\nc: &x 2\nd: *x\n", "f");
  EXPECT_EQ(document.root.find("b")->find("k")->scalar, "1");
  EXPECT_EQ(document.root.find("b")->find("k")->mark, (Mark{0, 1, 11}));
  EXPECT_EQ(document.root.find("d")->scalar, "2");
}

class Override : public testing::Test {
 protected:
  std::string refused_set(std::string_view assignment) {
    return refusal([&] { apply_override(document_, assignment); });
  }
  ConfigDocument document_ = read_yaml_text("a: {b: 1}\nl: [x, {k: 2}]\nn:\n", "f");
};

TEST_F(Override, RefusesBadAssignmentsAndChangesNothing) {
  for (const std::string text :
       {"", "a", "=1", ".=1", "a.=1", ".a=1", "a..b=1", "a.b.c=1", "l.2=1", "l.x=1", "l.-1=1",
        "l.0.z=1", "q=", "q=~", "q=[1", "q={x: 1, x: 2}", "q=*z", "q=a: b: c"}) {
    EXPECT_THAT(refused_set(text), StartsWith("--set " + text + ": error: ")) << text;
  }
  EXPECT_EQ(document_.root.map.size(), 3U);
  EXPECT_EQ(document_.root.find("a")->map.size(), 1U);
}

TEST_F(Override, RefusesEndlessPaths) {
  EXPECT_THAT(refused_set(repeated("a.", 100'000) + "a=1"), HasSubstr("more than 64 parts"));
}

TEST_F(Override, ReplacesAValueAndSaysWhereItCameFrom) {
  apply_override(document_, "a.b=50 GB/s");
  EXPECT_EQ(document_.root.find("a")->find("b")->scalar, "50 GB/s");
  EXPECT_EQ(document_.root.find("a")->find("b")->mark, (Mark{1, 0, 0}));
  EXPECT_EQ(document_.sources.at(1), "--set a.b=50 GB/s");
}

TEST_F(Override, MakesMissingMaps) {
  apply_override(document_, "n.x.y=1");
  apply_override(document_, "p.q=2");
  EXPECT_EQ(document_.root.find("n")->find("x")->find("y")->scalar, "1");
  EXPECT_EQ(document_.root.find("p")->find("q")->mark, (Mark{2, 0, 0}));
  EXPECT_EQ(document_.root.find("p")->key_marks.size(), 1U);
}

TEST_F(Override, ReachesIntoLists) {
  apply_override(document_, "l.1.k=3");
  apply_override(document_, "l.0={z: 1}");
  EXPECT_EQ(document_.root.find("l")->items[1].find("k")->scalar, "3");
  EXPECT_EQ(document_.root.find("l")->items[0].find("z")->scalar, "1");
}

TEST_F(Override, ReadsTheValueAsYaml) {
  apply_override(document_, "a.b=[1, 2]");
  apply_override(document_, "a.c=x=y");
  EXPECT_EQ(document_.root.find("a")->find("b")->items.size(), 2U);
  EXPECT_EQ(document_.root.find("a")->find("c")->scalar, "x=y");
}

}  // namespace
}  // namespace commsim::yaml_document_test
