#include <gtest/gtest.h>

#include "collectives/logarithm.hpp"
#include "collectives/programs/rank_tree.hpp"

namespace commsim::trees_test {
namespace {

std::vector<TreeNode> tree_of(int tree, Rank ranks) {
  return server_tree(RankLayout::flat(ranks), tree, 0, 1);
}

// Whether every rank reaches the root, and parents and children agree.
void expect_tree(std::span<const TreeNode> nodes) {
  int roots = 0;
  std::size_t children = 0;
  for (std::size_t r = 0; r < nodes.size(); ++r) {
    roots += nodes[r].parent < 0 ? 1 : 0;
    children += nodes[r].below().size();
    for (const Rank below : nodes[r].below()) {
      EXPECT_EQ(nodes[static_cast<std::size_t>(below)].parent, static_cast<Rank>(r));
    }
    std::size_t up = r;
    for (std::size_t hops = 0; nodes[up].parent >= 0; ++hops) {
      ASSERT_LT(hops, nodes.size()) << "a cycle above rank " << r;
      up = static_cast<std::size_t>(nodes[up].parent);
    }
  }
  EXPECT_EQ(roots, 1);
  EXPECT_EQ(children, nodes.size() - 1);
}

TEST(BinaryTree, BothAreTreesOfArityTwoForAllNumbersOfRanksTo200) {
  for (Rank p = 1; p <= 200; ++p) {
    for (const int tree : {0, 1}) {
      const auto nodes = tree_of(tree, p);
      expect_tree(nodes);
      for (const TreeNode& node : nodes) EXPECT_LE(node.children, 2);
    }
  }
}

TEST(BinaryTree, NoRankPassesDataOnInBothIfTheirNumberIsEven) {
  for (Rank p = 2; p <= 200; p += 2) {
    for (Rank r = 0; r < p; ++r) {
      EXPECT_FALSE(binary_tree_node(0, r, p).interior() && binary_tree_node(1, r, p).interior())
          << "rank " << r << " of " << p;
    }
  }
}

TEST(BinaryTree, BothAreAsHighAsTheLogarithmSays) {
  for (Rank p = 2; p <= 200; ++p) {
    EXPECT_EQ(tree_height(tree_of(0, p)), floor_lg(p - 1) + 1);
    EXPECT_EQ(tree_height(tree_of(1, p)), floor_lg(p - 1) + 1);
  }
  EXPECT_EQ(tree_height(tree_of(0, 1)), 0);
}

// The picture in NCCL's src/graph/trees.cc, for 14 ranks.
TEST(BinaryTree, IsThatOfNccl) {
  const auto nodes = tree_of(0, 14);
  const std::vector<Rank> parents{-1, 2, 4, 2, 8, 6, 4, 6, 0, 10, 12, 10, 8, 12};
  for (std::size_t r = 0; r < nodes.size(); ++r) EXPECT_EQ(nodes[r].parent, parents[r]) << r;
}

TEST(ServerTree, HasOneHeadInEachServerAndAChainBelowIt) {
  const auto nodes = server_tree(RankLayout::uniform(2, 4), 0, 1, 4);
  expect_tree(nodes);
  EXPECT_EQ(nodes[1].parent, -1);  // the head of server 0 in channel 1
  EXPECT_EQ(nodes[5].parent, 1);
  EXPECT_EQ(nodes[2].parent, 1);
  EXPECT_EQ(nodes[3].parent, 2);
  EXPECT_EQ(nodes[0].parent, 3);
  EXPECT_EQ(tree_height(nodes), 4);
}

TEST(ServerTree, ServesServersOfDifferentSizes) {
  const RankLayout layout{.servers = {{0, 1, 2}, {3}, {4, 5}}};
  for (int channel = 0; channel < 4; ++channel) {
    for (const int tree : {0, 1}) expect_tree(server_tree(layout, tree, channel, 4));
  }
}

TEST(ServerTree, ASingleServerIsAChain) {
  const auto nodes = server_tree(RankLayout::uniform(1, 5), 1, 2, 5);
  expect_tree(nodes);
  EXPECT_EQ(tree_height(nodes), 4);
}

TEST(Chain, RunsFromTheRootInEitherDirection) {
  const auto up = chain(5, 3, 1);
  expect_tree(up);
  EXPECT_EQ(up[4].parent, 3);
  EXPECT_EQ(up[0].parent, 4);
  EXPECT_EQ(up[2].children, 0);
  const auto down = chain(5, 3, -1);
  expect_tree(down);
  EXPECT_EQ(down[2].parent, 3);
  EXPECT_EQ(down[4].parent, 0);
  EXPECT_EQ(tree_height(down), 4);
}

TEST(RootedTree, HasAnyRootAndTheHeightOfTheLogarithm) {
  for (Rank p = 2; p <= 70; ++p) {
    for (const Rank root : {0, 1, p / 2, p - 1}) {
      for (const int tree : {0, 1}) {
        const auto nodes = rooted_tree(RankLayout::flat(p), root, tree, 0, 1);
        expect_tree(nodes);
        EXPECT_EQ(nodes[static_cast<std::size_t>(root)].parent, -1);
        EXPECT_EQ(tree_height(nodes), floor_lg(p - 1) + 1);
      }
    }
  }
}

TEST(RootedTree, LetsNoRankPassDataOnInBoth) {
  for (Rank p = 2; p <= 70; ++p) {
    const auto first = rooted_tree(RankLayout::flat(p), p / 3, 0, 0, 1);
    const auto second = rooted_tree(RankLayout::flat(p), p / 3, 1, 0, 1);
    for (std::size_t r = 0; r < first.size(); ++r) {
      EXPECT_FALSE(first[r].interior() && second[r].interior()) << "rank " << r << " of " << p;
    }
  }
}

TEST(RootedTree, LeavesTheServerOfTheRootByTheRankOfTheChannel) {
  const auto nodes = rooted_tree(RankLayout::uniform(2, 4), 6, 0, 1, 4);
  expect_tree(nodes);
  EXPECT_EQ(nodes[6].parent, -1);
  EXPECT_EQ(nodes[5].parent, 6);
  EXPECT_EQ(nodes[1].parent, 5);  // the head of server 0 in channel 1
  EXPECT_EQ(nodes[7].parent, 5);
  EXPECT_EQ(nodes[4].parent, 7);
}

TEST(RootedTree, ServesServersOfDifferentSizesAndEveryRoot) {
  const RankLayout layout{.servers = {{0, 1, 2}, {3}, {4, 5}}};
  for (Rank root = 0; root < 6; ++root) {
    for (int channel = 0; channel < 4; ++channel) {
      for (const int tree : {0, 1}) expect_tree(rooted_tree(layout, root, tree, channel, 4));
    }
  }
}

}  // namespace
}  // namespace commsim::trees_test
