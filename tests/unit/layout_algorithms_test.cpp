// Structure and refusals of the schedules that know servers, pods, hosts and trees of the network.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "collectives/block_matrix.hpp"
#include "collectives/programs/relay_tree.hpp"
#include "collectives/proof/checker.hpp"
#include "tests/support/program_sends.hpp"

namespace commsim::layout_algorithms_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

CollectiveCall call_on(CollectiveKind kind, RankLayout layout, std::int64_t size = 4800) {
  CollectiveCall call;
  call.kind = kind;
  call.size = Bytes{size};
  call.layout = std::move(layout);
  return call;
}

std::unique_ptr<Program> program(const char* name, const CollectiveCall& call) {
  return find_algorithm(call.kind, name).make(call);
}

std::string fault(const Program& made, const CollectiveCall& call) {
  return find_fault(made, call, 1).value_or("no fault");
}

// Bytes sent over each distance between groups: 0 within groups of levels[0], 1 within groups of
// levels[0] * levels[1], and so on.
std::map<int, std::int64_t> bytes_by_level(const Program& made, const std::vector<int>& levels) {
  std::map<int, std::int64_t> sums;
  sends::for_each(made, [&](Rank from, int, int, const Transfer& sent) {
    int level = 0;
    for (int group = levels[0]; from / group != sent.peer / group; ++level) {
      group *= levels[static_cast<std::size_t>(level) + 1];
    }
    sums[level] += sent.size.count();
  });
  return sums;
}

TEST(HierarchicalLevels, RefusesLevelsWhoseProductIsNotTheNumberOfRanks) {
  for (const std::vector<int>& levels :
       {std::vector<int>{4, 4}, {0, 32}, {-4, -8}, {32, 1000000, 1000000}}) {
    CollectiveCall call = call_on(CollectiveKind::kAllReduce, RankLayout::flat(32));
    call.levels = levels;
    EXPECT_THAT([&] { program("hierarchical", call); },
                ThrowsMessage<RequestError>(HasSubstr("whose product is the number of ranks, 32")));
  }
}

// Each level moves 2 (g - 1) / g of what the levels below have left of the data.
TEST(HierarchicalLevels, EachLevelWorksOnTheSharesOfTheOneBelow) {
  CollectiveCall call = call_on(CollectiveKind::kAllReduce, RankLayout::flat(32));
  call.levels = {4, 4, 2};
  const auto made = program("hierarchical", call);
  EXPECT_EQ(bytes_by_level(*made, call.levels),
            (std::map<int, std::int64_t>{{0, 32 * 4800 * 2 * 3 / 4},
                                         {1, 32 * (4800 / 4) * 2 * 3 / 4},
                                         {2, 32 * (4800 / 16) * 2 * 1 / 2}}));
  EXPECT_EQ(made->steps(0, 0), 3);
  EXPECT_EQ(fault(*made, call), "no fault");
  call.chunk = Bytes{700};
  for (const char* inner : {"ring", "direct"}) {
    call.inner = inner;
    EXPECT_EQ(fault(*program("hierarchical", call), call), "no fault");
  }
}

TEST(HierarchicalLevels, EqualPodsMakeAThirdLevel) {
  CollectiveCall call = call_on(CollectiveKind::kAllReduce, RankLayout::uniform(6, 2));
  EXPECT_EQ(program("hierarchical", call)->lanes(), 3);
  call.layout.pods = {{0, 2, 4}, {1, 3, 5}};
  const auto made = program("hierarchical", call);
  EXPECT_EQ(made->lanes(), 5);
  EXPECT_EQ(fault(*made, call), "no fault");
  const auto between_pods =
      sends::bytes(*made, [](Rank a, Rank b) { return a / 2 % 2 != b / 2 % 2; });
  EXPECT_EQ(between_pods, 12 * (4800 / 6) * 2 * 1 / 2);
  call.layout.pods = {{0, 1}, {2, 3, 4, 5}};
  EXPECT_EQ(program("hierarchical", call)->lanes(), 3);
}

TEST(HierarchicalLevels, LevelsOfServersAreTheDefault) {
  CollectiveCall call = call_on(CollectiveKind::kAllReduce, RankLayout::uniform(4, 8), 4807);
  call.chunk = Bytes{1000};
  const auto by_default = program("hierarchical", call);
  call.levels = {8, 4};
  const auto named = program("hierarchical", call);
  using Message = std::tuple<Rank, int, int, Rank, std::int64_t>;
  std::vector<Message> expected;
  std::vector<Message> messages;
  sends::for_each(*by_default, [&](Rank from, int lane, int step, const Transfer& sent) {
    expected.emplace_back(from, lane, step, sent.peer, sent.size.count());
  });
  sends::for_each(*named, [&](Rank from, int lane, int step, const Transfer& sent) {
    messages.emplace_back(from, lane, step, sent.peer, sent.size.count());
  });
  EXPECT_EQ(messages, expected);
}

// Inner algorithms may need scratch, which the pieces of a stage use in turn.
TEST(HierarchicalLevels, EveryInnerAndOuterAlgorithmThatIsAcceptedIsSound) {
  for (const std::string& inner : algorithm_names(CollectiveKind::kAllGather)) {
    for (const std::string& outer : algorithm_names(CollectiveKind::kAllReduce)) {
      CollectiveCall call = call_on(CollectiveKind::kAllReduce, RankLayout::uniform(4, 4), 53);
      call.inner = inner;
      call.outer = outer;
      for (const std::int64_t chunk : {7, 100}) {
        call.chunk = Bytes{chunk};
        std::unique_ptr<Program> made;
        try {
          made = program("hierarchical", call);
        } catch (const RequestError&) {
          continue;
        }
        EXPECT_EQ(fault(*made, call), "no fault") << inner << " " << outer;
      }
    }
  }
}

TEST(HierarchicalBroadcast, CrossesBetweenServersOnceForEach) {
  CollectiveCall call = call_on(CollectiveKind::kBroadcast, RankLayout::uniform(4, 4));
  call.root = 6;
  const auto made = program("hierarchical", call);
  const auto crossing = sends::bytes(*made, [](Rank a, Rank b) { return a / 4 != b / 4; });
  EXPECT_EQ(crossing, 3 * 4800);
  EXPECT_EQ(sends::entering(*made, 6), 0);
}

TEST(HierarchicalAllToAll, RefusesUnequalServers) {
  const CollectiveCall call = call_on(CollectiveKind::kAllToAll, {.servers = {{0, 1, 2}, {3}}});
  EXPECT_THAT([&] { program("hierarchical", call); },
              ThrowsMessage<RequestError>(
                  AllOf(HasSubstr("some of 3 and some of 1 ranks"), HasSubstr("pairwise"))));
}

TEST(HierarchicalAllToAll, CrossesOnRailsOnlyInOneMessageForEachServer) {
  const CollectiveCall call = call_on(CollectiveKind::kAllToAll, RankLayout::uniform(3, 4));
  const auto made = program("hierarchical", call);
  std::map<Rank, int> crossings;
  sends::for_each(*made, [&](Rank from, int, int, const Transfer& sent) {
    if (from / 4 == sent.peer / 4) return;
    EXPECT_EQ(from % 4, sent.peer % 4);
    EXPECT_EQ(sent.size.count(), 4800 / 3);
    ++crossings[from];
  });
  EXPECT_EQ(crossings.size(), 12U);
  for (const auto& [rank, messages] : crossings) EXPECT_EQ(messages, 2) << rank;
}

TEST(HierarchicalAllToAll, TakesAMatrix) {
  CollectiveCall call = call_on(CollectiveKind::kAllToAll, {.servers = {{0, 3}, {1, 2}, {4, 5}}});
  for (Rank r = 0; r < 6; ++r) {
    auto& row = call.matrix.emplace_back();
    for (Rank q = 0; q < 6; ++q) row.emplace_back((r * 5 + q * 3) % 7);
  }
  call.size = matrix_size(call.matrix);
  EXPECT_EQ(fault(*program("hierarchical", call), call), "no fault");
}

TEST(ParameterServer, RefusesSeparateServersWhereThereAreNoHosts) {
  CollectiveCall call = call_on(CollectiveKind::kAllReduce, RankLayout::flat(4));
  call.servers = "separate";
  EXPECT_THAT([&] { program("parameter_server", call); },
              ThrowsMessage<RequestError>(HasSubstr("legal here: colocated")));
  call.servers = "seperate";
  EXPECT_THAT([&] { program("parameter_server", call); },
              ThrowsMessage<RequestError>(HasSubstr("did you mean 'separate'?")));
}

// Every worker sends S, and a server w S / m.
TEST(ParameterServer, SeparateServersTakeAShardFromEveryWorker) {
  CollectiveCall call = call_on(CollectiveKind::kAllReduce, RankLayout::flat(6));
  call.layout.helpers = 5;
  call.layout.hosts = {7, 8, 10};
  call.servers = "separate";
  const auto made = program("parameter_server", call);
  EXPECT_EQ(made->participants(), 11);
  EXPECT_EQ(fault(*made, call), "no fault");
  for (Rank r = 0; r < 6; ++r) EXPECT_EQ(sends::leaving(*made, r), 4800);
  for (const Rank host : call.layout.hosts) {
    EXPECT_EQ(sends::entering(*made, host), 6 * 4800 / 3);
    EXPECT_EQ(sends::leaving(*made, host), 6 * 4800 / 3);
  }
  EXPECT_EQ(sends::leaving(*made, 6), 0);
}

TEST(ParameterServer, ColocatedServersSendNoMoreThanARing) {
  const CollectiveCall call = call_on(CollectiveKind::kAllReduce, RankLayout::flat(6));
  const auto made = program("parameter_server", call);
  for (Rank r = 0; r < 6; ++r) EXPECT_EQ(sends::leaving(*made, r), 2 * 4800 * 5 / 6);
}

TEST(SpanningTree, RefusesANetworkWithoutOne) {
  for (const auto kind :
       {CollectiveKind::kAllReduce, CollectiveKind::kBroadcast, CollectiveKind::kReduce}) {
    EXPECT_THAT([&] { program("mst_tree", call_on(kind, RankLayout::flat(4))); },
                ThrowsMessage<RequestError>(
                    AllOf(HasSubstr("needs a minimum spanning tree"), HasSubstr("legal here: "))));
  }
}

TEST(SpanningTree, UsesItsLinksOnlyFromWhateverRoot) {
  CollectiveCall call = call_on(CollectiveKind::kBroadcast, RankLayout::flat(7));
  call.layout.spanning_tree = {-1, 0, 1, 2, 2, 4, 0};
  call.chunk = Bytes{1000};
  for (call.root = 0; call.root < 7; ++call.root) {
    for (const auto kind : {CollectiveKind::kBroadcast, CollectiveKind::kReduce}) {
      call.kind = kind;
      const auto made = program("mst_tree", call);
      EXPECT_EQ(fault(*made, call), "no fault");
      const auto& parents = call.layout.spanning_tree;
      const auto linked = [&](Rank a, Rank b) {
        return parents[static_cast<std::size_t>(a)] == b ||
               parents[static_cast<std::size_t>(b)] == a;
      };
      EXPECT_EQ(sends::bytes(*made, linked), 6 * 4800);
      EXPECT_EQ(sends::bytes(*made, [](Rank, Rank) { return true; }), 6 * 4800);
      const bool down = kind == CollectiveKind::kBroadcast;
      EXPECT_EQ(down ? sends::entering(*made, call.root) : sends::leaving(*made, call.root), 0);
    }
  }
}

TEST(RelayTree, IsSeenFromItsRoot) {
  const std::vector<RelayTree::Link> links{{0, 1}, {1, 2}, {1, 3}, {3, 4}};
  EXPECT_EQ(RelayTree(links, 0).height(), 3);
  EXPECT_EQ(RelayTree(links, 1).height(), 2);
  EXPECT_EQ(RelayTree({}, 5).height(), 0);
  const RelayTree tree(links, 3);
  EXPECT_EQ(tree.nodes().front().participant, 3);
  EXPECT_EQ(tree.nodes().front().below, (std::vector<Rank>{1, 4}));
}

}  // namespace
}  // namespace commsim::layout_algorithms_test
