#include "model/place.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::place_test {

const Place here{"machine", "boot-1", 7, 5};

Place with(const std::function<void(Place&)>& change) {
  Place place = here;
  change(place);
  return place;
}

TEST(Place, IsTheSameWhenAllPartsThatBothKnowAreEqual) {
  EXPECT_EQ(find_difference(here, here), std::nullopt);
  const Place without_cookie = with([](Place& one) { one.netns_cookie.reset(); });
  EXPECT_EQ(find_difference(here, without_cookie), std::nullopt);
  EXPECT_EQ(find_difference(without_cookie, here), std::nullopt);
  const Place without_machine_id = with([](Place& one) { one.machine_id.clear(); });
  EXPECT_EQ(find_difference(here, without_machine_id), std::nullopt);
  EXPECT_EQ(find_difference(without_machine_id, here), std::nullopt);
}

TEST(Place, NamesTheFirstPartThatDiffers) {
  const auto differs_by = [](const std::function<void(Place&)>& change) {
    return find_difference(here, with(change));
  };
  EXPECT_EQ(differs_by([](Place& one) {
              one = {"other", "boot-2", 8, 6};
            }),
            PlaceDifference::machine);
  EXPECT_EQ(differs_by([](Place& one) {
              one = {"machine", "boot-2", 8, 6};
            }),
            PlaceDifference::boot);
  EXPECT_EQ(differs_by([](Place& one) {
              one = {"machine", "boot-1", 8, 6};
            }),
            PlaceDifference::netns);
  EXPECT_EQ(differs_by([](Place& one) { one.netns_cookie = 6; }), PlaceDifference::successor);
}

TEST(Place, IsTheSameNamespaceWhateverTheMachineIdSays) {
  EXPECT_TRUE(is_same_namespace(here, with([](Place& one) { one.machine_id = "other"; })));
  EXPECT_FALSE(is_same_namespace(here, with([](Place& one) { one.boot_id = "boot-2"; })));
  EXPECT_FALSE(is_same_namespace(here, with([](Place& one) { one.netns = 8; })));
  EXPECT_FALSE(is_same_namespace(here, with([](Place& one) { one.netns_cookie = 6; })));
}

TEST(Place, DescribesADifferenceWithBothValues) {
  const auto said = [](const Place& now) {
    return describe_difference(*find_difference(here, now), here, now);
  };
  EXPECT_EQ(said({"other", "boot-1", 7, 5}), "another machine (machine; this is other)");
  EXPECT_EQ(said({"machine", "boot-2", 7, 5}), "another boot (boot-1; this is boot-2)");
  EXPECT_EQ(said({"machine", "", 7, 5}), "another boot (boot-1; this is unknown)");
  EXPECT_EQ(said({"machine", "boot-1", 8, 5}), "another network namespace (inode 7; this is 8)");
  EXPECT_EQ(said({"machine", "boot-1", 7, 6}),
            "a network namespace that is gone (a new one has its inode 7)");
}

}  // namespace weir::place_test
