#include "lab/recipe.h"

#include <map>
#include <string>

#include <gtest/gtest.h>

namespace weir::lab::recipe_test {

ProfileReader reader_of(const std::map<std::string, std::string>& profiles) {
  return [profiles](const std::string& name) -> Result<std::string> {
    const auto found = profiles.find(name);
    if (found == profiles.end()) return make_error(ErrorCode::not_found, "no profile " + name);
    return found->second;
  };
}

TEST(SysctlRecipe, ReadsAssignmentsInOrder) {
  const auto lines = parse_sysctl_recipe(
      "# a comment\nnet.ipv4.tcp_rmem = 32768 131072 16777216\nnet/core/somaxconn=1024\nno assignment\n");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0], (RecipeLine{"net.ipv4.tcp_rmem", "32768 131072 16777216"}));
  EXPECT_EQ(lines[1], (RecipeLine{"net.core.somaxconn", "1024"}));
}

TEST(TunedProfile, IncludedProfileComesFirstAndIsOverridden) {
  const auto lines = read_tuned_profile(
      "child",
      reader_of(
          {{"child",
            "[main]\nsummary=a = b\ninclude=parent\n[sysctl]\n# why\nnet.ipv4.tcp_wmem=\"4096 16384 16777216\"\nvm.swappiness=5\n"},
           {"parent",
            "[main]\n[cpu]\ngovernor=performance\n[sysctl]\nvm.swappiness=10\nnet.core.somaxconn=>2048\n[sysctl.some]\nkernel.x=0\n"}}));
  ASSERT_TRUE(lines.ok()) << lines.error().message;
  ASSERT_EQ(lines->size(), 3U);
  EXPECT_EQ((*lines)[0], (RecipeLine{"vm.swappiness", "5"}));
  EXPECT_EQ((*lines)[1], (RecipeLine{"net.core.somaxconn", "2048", true}));
  EXPECT_EQ((*lines)[2], (RecipeLine{"net.ipv4.tcp_wmem", "4096 16384 16777216"}));
}

TEST(TunedProfile, MissingProfileAndCirclesAreErrors) {
  EXPECT_EQ(read_tuned_profile("none", reader_of({})).error().code, ErrorCode::not_found);
  const auto circle = read_tuned_profile(
      "a", reader_of({{"a", "[main]\ninclude=b\n"}, {"b", "[main]\ninclude=a\n"}}));
  ASSERT_FALSE(circle.ok());
  EXPECT_EQ(circle.error().code, ErrorCode::malformed);
}

}  // namespace weir::lab::recipe_test
