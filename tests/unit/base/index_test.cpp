#include "base/index.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace weir::index_test {

struct Member {
  int group = 0;
  std::string name;
};

std::string names_of(std::span<const Member* const> members) {
  std::string names;
  for (const Member* member : members) names += member->name;
  return names;
}

TEST(Index, FindsAllWithAKeyInTheListsOrder) {
  const std::vector<Member> list{{2, "a"}, {1, "b"}, {2, "c"}, {1, "d"}, {2, "e"}};
  const auto by_group = index_by<int>(list, [](const Member& one) { return one.group; });
  EXPECT_EQ(names_of(by_group.all(2)), "ace");
  EXPECT_EQ(names_of(by_group.all(1)), "bd");
  EXPECT_EQ(by_group.find(1), &list[1]) << "the first, and the list's own";
  EXPECT_TRUE(by_group.all(3).empty());
  EXPECT_EQ(by_group.find(3), nullptr);
}

TEST(Index, AnElementMayHaveSeveralKeysOrNone) {
  const std::vector<Member> list{{1, "xy"}, {2, ""}, {3, "y"}};
  const Index<char, Member> by_letter(list, [](const Member& one, const auto& add) {
    for (const char letter : one.name) add(letter);
  });
  EXPECT_EQ(by_letter.all('y').size(), 2U);
  EXPECT_EQ(by_letter.find('x'), list.data());
  EXPECT_EQ(by_letter.find('z'), nullptr);
}

TEST(Index, FindsPartsOfElementsByTheirEntries) {
  const Member first{1, "a"};
  const Member second{2, "b"};
  const Index<int, Member> by_group({{7, &second}, {3, &first}, {7, &first}});
  EXPECT_EQ(names_of(by_group.all(7)), "ba") << "in the order of the entries";
  EXPECT_EQ(by_group.find(3), &first);
}

TEST(Index, OfAnEmptyListIsEmpty) {
  const Index<int, Member> empty;
  EXPECT_EQ(empty.find(0), nullptr);
}

}  // namespace weir::index_test
