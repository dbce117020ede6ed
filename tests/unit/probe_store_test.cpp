// The probe keeps what it has measured: rows, failures, a resumed run, a full disk.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "calibrate/probe/host/atomic_file.hpp"
#include "calibrate/probe/host/line_log.hpp"
#include "calibrate/probe/host/output_error.hpp"
#include "calibrate/probe/host/provenance.hpp"
#include "calibrate/probe/host/result_store.hpp"
#include "calibrate/probe/host/row.hpp"
#include "calibrate/probe/host/text.hpp"

namespace commsim::probe_store_test {
namespace {

namespace fs = std::filesystem;
using namespace commsim::probe;
using testing::ElementsAre;
using testing::HasSubstr;

class ProbeStore : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  [[nodiscard]] std::string file(const std::string& name) const { return folder_ / name; }
  static std::string text_of(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  fs::path folder_;
};

Case all_reduce(std::uint64_t size) {
  return {"nccl", "all_reduce", "float32", "Ring", "LL", 0, size};
}

Result result_of(const Case& which) {
  Result result;
  result.which = which;
  result.facts.count = 256;
  result.facts.redop = "sum";
  result.facts.ranks = 8;
  result.facts.bus_factor = 1.75;
  result.facts.what = "a test, no machine";
  result.out_of_place = {{10, 12}, 4, 10, 10, 12};
  result.in_place = Sample{{8}, 4, 8, 8, 8};
  result.wrong = 0;
  return result;
}

TEST_F(ProbeStore, ATableOfSomethingElseIsRefusedAtItsPlace) {
  std::ofstream(file("nccl.csv")) << "size,time\n8,1\n";
  try {
    const ResultStore store(folder_, {"nccl"});
    FAIL() << "accepted";
  } catch (const std::invalid_argument& refusal) {
    EXPECT_THAT(refusal.what(), HasSubstr("nccl.csv:1: not a table"));
  }
  std::ofstream(file("nccl.csv")) << header("nccl") << "\n8,1\n";
  try {
    const ResultStore store(folder_, {"nccl"});
    FAIL() << "accepted";
  } catch (const std::invalid_argument& refusal) {
    EXPECT_THAT(refusal.what(), HasSubstr("nccl.csv:2: a row of 2 cells"));
  }
}

TEST_F(ProbeStore, AFolderThatCannotBeMadeIsAnOutputError) {
  std::ofstream(file("taken")) << "a file";
  EXPECT_THROW(ResultStore(file("taken"), {"nccl"}), OutputError);
}

TEST_F(ProbeStore, AFullDiskIsAnOutputErrorThatSaysSo) {
  LineLog log("/dev/full");
  try {
    log.append("a row");
    FAIL() << "written";
  } catch (const OutputError& fault) {
    EXPECT_THAT(fault.what(), HasSubstr("/dev/full: No space left on device"));
  }
}

TEST_F(ProbeStore, AFullDiskLeavesTheDescriptionAsItWas) {
  replace_file(file("probe.json"), "old");
  fs::create_symlink("/dev/full", file("probe.json.part"));
  EXPECT_THROW(replace_file(file("probe.json"), "new"), OutputError);
  EXPECT_EQ(text_of(file("probe.json")), "old");
}

TEST_F(ProbeStore, ADescriptionIsReplacedAsAWhole) {
  replace_file(file("probe.json"), "old");
  const fs::path other = file("other");
  fs::create_hard_link(file("probe.json"), other);
  replace_file(file("probe.json"), "new");
  EXPECT_EQ(text_of(file("probe.json")), "new");
  EXPECT_EQ(text_of(other), "old");  // nobody wrote into the file that was there
  EXPECT_FALSE(fs::exists(file("probe.json.part")));
}

TEST_F(ProbeStore, ALineThatAKillLeftHalfWrittenIsCutOff) {
  std::ofstream(file("log")) << "one\ntwo\nthr";
  LineLog log(file("log"));
  EXPECT_THAT(log.found(), ElementsAre("one", "two"));
  log.append("three");
  EXPECT_EQ(text_of(file("log")), "one\ntwo\nthree\n");
}

TEST_F(ProbeStore, ARowIsOnDiskAsSoonAsItIsAdded) {
  ResultStore store(folder_, {"nccl"});
  store.add_row(all_reduce(1024), row(result_of(all_reduce(1024))));
  EXPECT_EQ(text_of(file("nccl.csv")),
            header("nccl") + "\n" + row(result_of(all_reduce(1024))) + "\n");
}

TEST_F(ProbeStore, ALaterRunKnowsWhatAnEarlierOneMeasuredOrFailedAt) {
  {
    ResultStore store(folder_, {"nccl", "copy"});
    store.add_row(all_reduce(1024), row(result_of(all_reduce(1024))));
    store.add_failure(all_reduce(2048), "hang, killed");
  }
  const ResultStore store(folder_, {"nccl", "copy"});
  EXPECT_TRUE(store.has(all_reduce(1024)));
  EXPECT_TRUE(store.has(all_reduce(2048)));
  EXPECT_FALSE(store.has(all_reduce(4096)));
  EXPECT_EQ(store.measured(), 1U);
  EXPECT_EQ(store.failed(), 1U);
}

TEST(ProbeRow, ItSaysWhatWasMeasured) {
  const auto names = split(header("nccl"), ',');
  const auto cells = split(row(result_of(all_reduce(1024))), ',');
  ASSERT_EQ(names.size(), cells.size());
  const auto at = [&](const std::string& name) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == name) return cells[i];
    }
    return std::string("no column ") + name;
  };
  EXPECT_EQ(at("size_bytes"), "1024");
  EXPECT_EQ(at("time_us_oop"), "10.000");
  EXPECT_EQ(at("algbw_oop"), "0.102");  // 1024 B in 10 us
  EXPECT_EQ(at("busbw_oop"), "0.179");
  EXPECT_EQ(at("time_us_ip"), "8.000");
  EXPECT_EQ(at("wrong"), "0");
  EXPECT_EQ(at("collective"), "all_reduce");
  EXPECT_EQ(at("algorithm"), "Ring");
  EXPECT_EQ(at("p95_us_oop"), "12.000");
  EXPECT_EQ(at("estimate_us"), "");
  EXPECT_EQ(at("what"), "a test  no machine");
  EXPECT_EQ(key_of_row("nccl", row(result_of(all_reduce(1024)))), key(all_reduce(1024)));
}

TEST(ProbeRow, OnlyCollectivesHaveAColumnOfThatName) {
  EXPECT_THAT(header("copy"), testing::Not(HasSubstr("collective")));
  EXPECT_THAT(split(header("copy"), ','), testing::SizeIs(split(header("nccl"), ',').size()));
}

TEST(ProbeCase, WhatIsNoCaseIsRefused) {
  for (const char* line : {"", "a,b", "a,b,c,d,e,f,8", "a,b,c,d,e,9999999999,8", "a,b,c,d,e,0,"}) {
    EXPECT_THROW(parse_case(line), std::invalid_argument) << line;
  }
  EXPECT_EQ(key(parse_case(key(all_reduce(64)))), key(all_reduce(64)));
}

TEST(ProbeProvenance, NamesAreQuoted) {
  Inventory inventory;
  inventory.gpus = {"A \"GPU\"\n"};
  inventory.nccl = 22809;
  inventory.driver_cuda = 13000;
  const std::string json = provenance_json({}, inventory, {1980, 0}, {});
  EXPECT_THAT(json, HasSubstr(R"("gpus": ["A \"GPU\"\u000a"])"));
  EXPECT_THAT(json, HasSubstr(R"("nccl": "2.28.9")"));
  EXPECT_THAT(json, HasSubstr(R"("driver_cuda": "13.0")"));
  EXPECT_THAT(json, HasSubstr(R"("sm_clock_mhz": 1980)"));
  EXPECT_THAT(json, HasSubstr(R"("finished": false)"));
}

TEST(ProbeProvenance, TheDateIsInUtc) {
  EXPECT_THAT(utc_now(),
              testing::MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"));
}

}  // namespace
}  // namespace commsim::probe_store_test
