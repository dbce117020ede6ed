#include "core/registry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace commsim::registry_test {
namespace {

struct Fruit {
  std::string_view name;
  int weight = 0;
};
struct Nothing {
  std::string_view name;
};

const Registration<Fruit> pear{{.name = "pear", .weight = 2}};
const Registration<Fruit> apple{{.name = "apple", .weight = 1}};

TEST(Registry, RefusesAnUnknownNameWithTheNearestAndAllLegalOnes) {
  try {
    Registry<Fruit>::get("aple", "fruit");
    FAIL() << "no refusal";
  } catch (const RequestError& error) {
    EXPECT_STREQ(error.what(), "unknown fruit 'aple'; did you mean 'apple'? (legal: apple, pear)");
  }
}

TEST(Registry, RefusesEveryNameWhileItIsEmpty) {
  EXPECT_THROW(Registry<Nothing>::get("apple", "nothing"), RequestError);
  EXPECT_TRUE(Registry<Nothing>::names().empty());
}

TEST(RegistryDeathTest, EndsTheProcessOnANameThatIsUsedTwice) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(Registry<Fruit>::add({.name = "pear"}), "a name is registered twice");
}

TEST(Registry, FindsByName) {
  ASSERT_NE(Registry<Fruit>::find("pear"), nullptr);
  EXPECT_EQ(Registry<Fruit>::find("pear")->weight, 2);
  EXPECT_EQ(Registry<Fruit>::get("apple", "fruit").weight, 1);
  EXPECT_EQ(Registry<Fruit>::find("plum"), nullptr);
}

TEST(Registry, ListsInOrderOfNamesWhateverTheOrderOfRegistration) {
  EXPECT_THAT(Registry<Fruit>::names(), testing::ElementsAre("apple", "pear"));
  ASSERT_EQ(Registry<Fruit>::entries().size(), 2U);
  EXPECT_EQ(Registry<Fruit>::entries()[0]->name, "apple");
}

}  // namespace
}  // namespace commsim::registry_test
