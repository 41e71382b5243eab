// Which memory is the same, and which namespace.
#include "model/plan.h"

#include <gtest/gtest.h>

namespace weir::plan_test {

TEST(IsSameMemory, WithinATenthOrNotKnown) {
  EXPECT_TRUE(is_same_memory({1000}, {1100}));
  EXPECT_TRUE(is_same_memory({1000}, {900}));
  EXPECT_FALSE(is_same_memory({1000}, {1101}));
  EXPECT_FALSE(is_same_memory({1000}, {899}));
  EXPECT_TRUE(is_same_memory({0}, {1000}));
  EXPECT_TRUE(is_same_memory({1000}, {0}));
  EXPECT_FALSE(is_same_memory({1}, {INT64_MAX}));
  EXPECT_TRUE(is_same_memory({-5}, {INT64_MAX})) << "no machine has it: not known";
}

PlanBinding bound_to(const std::string& boot, std::uint64_t netns,
                     std::optional<std::uint64_t> cookie) {
  Provenance here;
  here.boot_id = boot;
  here.netns = netns;
  here.netns_cookie = cookie;
  return make_binding(here);
}

TEST(IsSameNamespace, ByBootAndInodeAndByTheCookieWhereBothKnowIt) {
  const PlanBinding known = bound_to("boot-1", 7, 5);
  const PlanBinding unknown = bound_to("boot-1", 7, std::nullopt);
  EXPECT_TRUE(is_same_namespace(known, known));
  EXPECT_TRUE(is_same_namespace(known, unknown));
  EXPECT_TRUE(is_same_namespace(unknown, known));
  EXPECT_TRUE(is_same_namespace(unknown, unknown));
  EXPECT_FALSE(is_same_namespace(known, bound_to("boot-1", 7, 6)))
      << "the inode's number was given again";
  EXPECT_FALSE(is_same_namespace(known, bound_to("boot-1", 8, 5)));
  EXPECT_FALSE(is_same_namespace(known, bound_to("boot-2", 7, 5)));
}

TEST(IsSameNamespace, TheRestOfABindingDoesNotMatter) {
  PlanBinding other = bound_to("boot-1", 7, 5);
  other.machine_id = "m";
  other.kernel = "6.1";
  other.memory = {1000};
  other.nics = {{"eth0", "permanent 00:11:22:33:44:55"}};
  EXPECT_TRUE(is_same_namespace(bound_to("boot-1", 7, 5), other));
}

}  // namespace weir::plan_test
