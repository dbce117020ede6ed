// What algorithms refuse, and that they say what is legal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectives/algorithm.hpp"
#include "collectives/call_options.hpp"

namespace commsim::algorithm_refusal_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string refusal(CollectiveKind kind, const char* name, CollectiveCall call) {
  call.kind = kind;
  try {
    std::ignore = find_algorithm(kind, name).make(call);
  } catch (const RequestError& error) {
    return error.what();
  }
  return "accepted";
}

CollectiveCall servers(int count, int ranks) {
  CollectiveCall call;
  call.size = Bytes{48};
  call.layout = RankLayout::uniform(count, ranks);
  return call;
}

TEST(Algorithm, AnUnknownOneIsRefusedWithTheNearest) {
  EXPECT_THAT([] { std::ignore = find_algorithm(CollectiveKind::kAllReduce, "rinng"); },
              ::testing::ThrowsMessage<RequestError>(HasSubstr("did you mean 'ring'?")));
}

TEST(Hierarchical, RefusesServersOfDifferentSizesAndNamesThem) {
  CollectiveCall call = servers(1, 1);
  call.layout = {.servers = {{0, 1, 2}, {3, 4}}};
  EXPECT_THAT(refusal(CollectiveKind::kAllReduce, "hierarchical", call),
              AllOf(HasSubstr("some of 3 and some of 2 ranks"), HasSubstr("legal here: "),
                    HasSubstr("double_binary_tree")));
}

TEST(Hierarchical, RefusesAnUnknownInnerAlgorithm) {
  CollectiveCall call = servers(2, 2);
  call.inner = "direkt";
  EXPECT_THAT(
      refusal(CollectiveKind::kAllReduce, "hierarchical", call),
      AllOf(HasSubstr("unknown inner algorithm 'direkt'"), HasSubstr("did you mean 'direct'?"),
            HasSubstr("(legal: direct, "), HasSubstr("ring")));
}

TEST(Hierarchical, RefusesItselfAcrossServers) {
  CollectiveCall call = servers(2, 2);
  call.outer = "hierarchical";
  EXPECT_THAT(refusal(CollectiveKind::kAllReduce, "hierarchical", call),
              HasSubstr("unknown outer algorithm 'hierarchical'"));
}

TEST(SendRecv, RefusesAnUnknownPattern) {
  CollectiveCall call = servers(1, 2);
  call.pattern = "shfit";
  EXPECT_THAT(refusal(CollectiveKind::kSendRecv, "direct", call),
              AllOf(HasSubstr("did you mean 'shift'?"), HasSubstr("many_to_one")));
}

TEST(SendRecv, APairNeedsTwoRanks) {
  EXPECT_THAT(refusal(CollectiveKind::kSendRecv, "direct", servers(1, 1)),
              HasSubstr("at least 2 ranks"));
}

TEST(Broadcast, RefusesARootThatThereIsNot) {
  CollectiveCall call = servers(2, 2);
  for (const Rank root : {-1, 4}) {
    call.root = root;
    EXPECT_THAT(refusal(CollectiveKind::kBroadcast, "chain", call), HasSubstr("legal are 0 to 3"));
  }
}

TEST(Chunk, RefusesMorePiecesThanCanBeCounted) {
  CollectiveCall call = servers(1, 2);
  call.size = Bytes{std::int64_t{1} << 40};
  call.chunk = Bytes{1};
  EXPECT_THAT(refusal(CollectiveKind::kBroadcast, "chain", call), HasSubstr("at most 16777216"));
}

TEST(Chunk, IsByDefaultTheWholeElementsIn512KiB) {
  CollectiveCall call;
  EXPECT_EQ(default_chunk(call), 512_KiB);
  call.element = Bytes{3};
  EXPECT_EQ(default_chunk(call), Bytes{524'286});
  call.element = 1_MiB;
  EXPECT_EQ(default_chunk(call), 1_MiB);
}

}  // namespace
}  // namespace commsim::algorithm_refusal_test
