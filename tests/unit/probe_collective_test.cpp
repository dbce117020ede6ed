// What the probe holds a collective to be: memory, offsets, rates, results, forced choices.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "calibrate/measurements.hpp"
#include "calibrate/probe/host/collective_shape.hpp"
#include "calibrate/probe/host/data_type.hpp"
#include "calibrate/probe/host/expectation.hpp"
#include "calibrate/probe/host/gpu_sharing.hpp"
#include "calibrate/probe/host/nccl_choices.hpp"

namespace commsim::probe_collective_test {
namespace {

using namespace commsim::probe;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

TEST(ProbeShape, ASizeIsTheLargerBuffer) {
  for (const std::string& name : collective_names()) {
    const Shape shape = shape_of(name, 4, 1024);
    EXPECT_EQ(std::max(shape.send, shape.receive), 1024U) << name;
  }
  EXPECT_EQ(shape_of("all_gather", 4, 1024).send, 256U);
  EXPECT_EQ(shape_of("reduce_scatter", 4, 1024).receive, 256U);
  EXPECT_EQ(shape_of("scatter", 4, 1024).receive, 256U);
  EXPECT_EQ(shape_of("all_to_all", 4, 1024).count, 256U);
  EXPECT_EQ(shape_of("all_reduce", 4, 1024).count, 1024U);
}

TEST(ProbeShape, InPlaceDataLieWhereNcclTestsPutsThem) {
  const auto offsets = [](const std::string& name) {
    const Offsets found = in_place_offsets(name, 3, shape_of(name, 4, 1024));
    return std::vector<std::uint64_t>{found.send, found.receive};
  };
  EXPECT_THAT(offsets("all_reduce"), ElementsAre(0, 0));
  EXPECT_THAT(offsets("all_gather"), ElementsAre(768, 0));
  EXPECT_THAT(offsets("gather"), ElementsAre(768, 0));
  EXPECT_THAT(offsets("reduce_scatter"), ElementsAre(0, 768));
  EXPECT_THAT(offsets("scatter"), ElementsAre(0, 768));
  EXPECT_FALSE(shape_of("all_to_all", 4, 1024).in_place);
  EXPECT_FALSE(shape_of("send_recv", 4, 1024).in_place);
}

TEST(ProbeShape, SizesAreMadeWholeForEveryRank) {
  EXPECT_EQ(whole_size("all_gather", 3, 64, 4), 60U);
  EXPECT_EQ(whole_size("all_gather", 8, 16, 4), 0U);
  EXPECT_EQ(whole_size("all_reduce", 3, 64, 4), 64U);
}

TEST(ProbeShape, BusFactorsAreThoseOfNcclTests) {
  EXPECT_EQ(probe::bus_factor("all_reduce", 8), 1.75);
  EXPECT_EQ(probe::bus_factor("all_gather", 8), 0.875);
  EXPECT_EQ(probe::bus_factor("all_to_all", 4), 0.75);
  EXPECT_EQ(probe::bus_factor("broadcast", 8), 1);
  EXPECT_EQ(probe::bus_factor("send_recv", 8), 1);
}

TEST(ProbeShape, NamesAreThoseOfTheReaderOfMeasurements) {
  for (const std::string& name : collective_names()) {
    EXPECT_EQ(commsim::collective_name(name), name);
    EXPECT_EQ(commsim::bus_factor(name, 6), probe::bus_factor(name, 6)) << name;
  }
}

// Runs the collective on the host, by its definition, on the known data.
std::vector<float> result_of(const std::string& name, int rank, int ranks, const Shape& shape) {
  const auto count = static_cast<std::size_t>(shape.count);
  std::vector<std::vector<float>> sent(static_cast<std::size_t>(ranks));
  for (int q = 0; q < ranks; ++q) {
    for (std::uint64_t i = 0; i < shape.send; ++i) {
      sent[static_cast<std::size_t>(q)].push_back(pattern_value(9, q, i));
    }
  }
  const std::size_t own = static_cast<std::size_t>(rank) * count;
  std::vector<float> out;
  const auto append = [&](std::size_t from, std::size_t offset) {
    for (std::size_t i = 0; i < count; ++i) out.push_back(sent[from][offset + i]);
  };
  if (name == "all_gather" || name == "gather") {
    for (std::size_t q = 0; q < sent.size(); ++q) append(q, 0);
  } else if (name == "all_to_all") {
    for (std::size_t q = 0; q < sent.size(); ++q) append(q, own);
  } else if (name == "scatter") {
    append(0, own);
  } else if (name == "broadcast") {
    append(0, 0);
  } else if (name == "send_recv") {
    append(static_cast<std::size_t>(rank == 0 ? ranks - 1 : rank - 1), 0);
  } else {
    const std::size_t offset = name == "reduce_scatter" ? own : 0;
    for (std::size_t i = 0; i < count; ++i) {
      float sum = 0;
      for (const auto& data : sent) sum += data[offset + i];
      out.push_back(sum);
    }
  }
  return out;
}

TEST(ProbeExpectation, ItIsWhatTheCollectiveMakesOfTheData) {
  constexpr int kRanks = 3;
  for (const std::string& name : collective_names()) {
    const Shape shape = shape_of(name, kRanks, 60);
    for (int rank = 0; rank < kRanks; ++rank) {
      const probe::Expectation expectation = expectation_of(name, rank, kRanks, shape);
      if (!expectation.received) continue;
      const auto wanted = result_of(name, rank, kRanks, shape);
      ASSERT_EQ(wanted.size(), shape.receive) << name;
      for (std::size_t i = 0; i < wanted.size(); ++i) {
        ASSERT_EQ(expected_value(expectation, 9, i), wanted[i]) << name << ' ' << rank << ' ' << i;
      }
    }
  }
}

TEST(ProbeExpectation, OnlyTheRootReceivesWhatIsReducedOrGathered) {
  for (const std::string& name : collective_names()) {
    const bool rooted = name == "reduce" || name == "gather";
    EXPECT_TRUE(expectation_of(name, 0, 2, shape_of(name, 2, 8)).received) << name;
    EXPECT_EQ(expectation_of(name, 1, 2, shape_of(name, 2, 8)).received, !rooted) << name;
  }
}

TEST(ProbeExpectation, DataOfRanksDiffer) {
  EXPECT_NE(pattern_value(1, 0, 0), pattern_value(1, 1, 0));
  EXPECT_NE(pattern_value(1, 0, 0), pattern_value(2, 0, 0));
  EXPECT_NE(pattern_value(1, 0, 0), pattern_value(1, 0, 16));
}

// Whether all whole numbers up to there can be told apart with so many digits.
TEST(ProbeDataType, SumsOfTestDataAreExactInEveryType) {
  for (const std::string& type : data_types()) {
    for (const int ranks : {1, 2, 8, 64, 1024}) {
      const std::uint64_t modulus = pattern_modulus(type, ranks);
      EXPECT_LE((modulus - 1) * static_cast<std::uint64_t>(ranks), exact_limit(type)) << type;
      EXPECT_LE(modulus, 16U);
    }
  }
  EXPECT_EQ(pattern_modulus("float32", 1024), 16U);
  EXPECT_EQ(pattern_modulus("float8_e4m3", 8), 3U);
  EXPECT_LT(pattern_modulus("float8_e5m2", 9), 2U);  // no such data
  EXPECT_EQ(element_bytes("float8_e5m2"), 1U);
  EXPECT_EQ(element_bytes("bfloat16"), 2U);
}

TEST(ProbeDataType, TestDataStayBelowTheModulus) {
  probe::Expectation expectation =
      expectation_of("all_reduce", 0, 3, shape_of("all_reduce", 3, 30));
  expectation.modulus = 3;
  for (std::uint64_t i = 0; i < 30; ++i) {
    float sum = 0;
    for (int rank = 0; rank < 3; ++rank) {
      EXPECT_LT(pattern_value(9, rank, i, 3), 3);
      sum += pattern_value(9, rank, i, 3);
    }
    EXPECT_EQ(expected_value(expectation, 9, i), sum);
  }
}

std::vector<std::string> choices(const std::string& collective, const NcclSetting& setting) {
  std::vector<std::string> names;
  for (const auto& choice : nccl_choices(collective, setting)) {
    names.push_back(choice.algorithm + "/" + choice.protocol);
  }
  return names;
}

TEST(ProbeChoices, WhatIsMadeOfSendsHasNone) {
  const NcclSetting any{nccl_version(2, 28, 9), 1, 8, 90};
  for (const char* name : {"all_to_all", "send_recv", "gather", "scatter"}) {
    EXPECT_THAT(choices(name, any), IsEmpty()) << name;
  }
}

TEST(ProbeChoices, BroadcastAndReduceHaveOnlyRings) {
  const NcclSetting any{nccl_version(2, 28, 9), 4, 8, 90};
  for (const char* name : {"broadcast", "reduce"}) {
    EXPECT_THAT(choices(name, any), ElementsAre("Ring/LL", "Ring/LL128", "Ring/Simple"));
  }
}

TEST(ProbeChoices, WhatCameLaterIsNotForcedOnEarlierVersions) {
  const auto of = [](const char* name, int minor, int nodes, int gpus, int capability) {
    return choices(name, {nccl_version(2, minor, 0), nodes, gpus, capability});
  };
  EXPECT_THAT(of("all_reduce", 28, 1, 8, 90), Contains("NVLS/Simple"));
  EXPECT_THAT(of("all_reduce", 16, 1, 8, 90), Not(Contains("NVLS/Simple")));
  EXPECT_THAT(of("all_reduce", 28, 1, 8, 80), Not(Contains("NVLS/Simple")));
  EXPECT_THAT(of("all_reduce", 28, 1, 2, 90), Not(Contains("NVLS/Simple")));
  EXPECT_THAT(of("all_gather", 17, 1, 8, 90), Not(Contains("NVLS/Simple")));
  EXPECT_THAT(of("all_gather", 18, 1, 8, 90), Contains("NVLS/Simple"));
  EXPECT_THAT(of("all_reduce", 28, 2, 8, 90), Contains("NVLSTree/Simple"));
  EXPECT_THAT(of("all_reduce", 28, 1, 8, 90), Not(Contains("NVLSTree/Simple")));
  EXPECT_THAT(of("all_gather", 23, 4, 1, 90), Contains("PAT/Simple"));
  EXPECT_THAT(of("all_gather", 22, 4, 1, 90), Not(Contains("PAT/Simple")));
  EXPECT_THAT(of("reduce_scatter", 28, 4, 8, 90), Not(Contains("PAT/Simple")));
}

TEST(ProbeChoices, CollnetIsThereOnlyIfAskedFor) {
  const auto of = [](const char* name, int minor, bool collnet) {
    return choices(name, {nccl_version(2, minor, 0), 2, 8, 90, collnet});
  };
  EXPECT_THAT(of("all_reduce", 28, false), Not(Contains("CollnetDirect/Simple")));
  EXPECT_THAT(of("all_reduce", 28, true), Contains("CollnetDirect/Simple"));
  EXPECT_THAT(of("all_reduce", 28, true), Contains("CollnetChain/Simple"));
  EXPECT_THAT(of("all_reduce", 13, true), Not(Contains("CollnetChain/Simple")));
  EXPECT_THAT(of("all_gather", 28, true), Contains("CollnetDirect/Simple"));
  EXPECT_THAT(of("all_gather", 18, true), Not(Contains("CollnetDirect/Simple")));
  EXPECT_THAT(of("broadcast", 28, true), ElementsAre("Ring/LL", "Ring/LL128", "Ring/Simple"));
}

TEST(ProbeChoices, VersionsAreCodedAsNcclCodesThem) {
  EXPECT_EQ(nccl_version(2, 8, 4), 2804);
  EXPECT_EQ(nccl_version(2, 28, 9), 22809);
}

TEST(ProbeSharing, BeforeVersion230EveryRankClaimsAHostOfItsOwn) {
  const auto first = sharing_environment(nccl_version(2, 28, 9), 0);
  const auto second = sharing_environment(nccl_version(2, 28, 9), 1);
  EXPECT_NE(first.at("NCCL_HOSTID"), second.at("NCCL_HOSTID"));
  EXPECT_EQ(first.at("NCCL_SOCKET_IFNAME"), "lo");
  EXPECT_EQ(sharing_label(nccl_version(2, 28, 9), 1, 2),
            "2 processes on 1 GPU over loopback sockets: no link of any cluster");
  const auto later = sharing_environment(nccl_version(2, 30, 0), 0);
  EXPECT_EQ(later.at("NCCL_MULTI_RANK_GPU_ENABLE"), "1");
  EXPECT_EQ(later.count("NCCL_HOSTID"), 0U);
}

}  // namespace
}  // namespace commsim::probe_collective_test
