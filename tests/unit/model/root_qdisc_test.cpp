#include "model/root_qdisc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::root_qdisc_test {

using testing::HasSubstr;

constexpr std::uint32_t root = 0xFFFFFFFF;

TEST(RootQdisc, ItsTextIsReadBack) {
  for (const char* text : {"fq", "noqueue 0:", "mq 0: queues fq_codel",
                           "fq_codel 8001: ecn 1 flows 1024 limit 10240 target 4999",
                           "fq 1: attribute-16 x0a0b limit 100"}) {
    const auto qdisc = parse_root_qdisc(text);
    ASSERT_TRUE(qdisc) << text;
    EXPECT_EQ(format_root_qdisc(*qdisc), text);
  }
}

TEST(RootQdisc, ATextThatIsNotARootIsRefused) {
  for (const char* text : {"", "htb", "tbf 1: rate 1000", "fq limit", "fq limit 1 limit 2",
                           "fq zz:", "fq ffff:", "fq 1: li;mit 1", "cake", "fq;"})
    EXPECT_EQ(parse_root_qdisc(text), std::nullopt) << text;
}

TEST(RootQdisc, OptionsThatAPlanLeavesOpenAreNotCompared) {
  const auto now = *parse_root_qdisc("fq 8001: limit 10000 quantum 3028");
  EXPECT_TRUE(is_such_qdisc(now, *parse_root_qdisc("fq")));
  EXPECT_TRUE(is_such_qdisc(now, *parse_root_qdisc("fq limit 10000")));
  EXPECT_TRUE(is_such_qdisc(now, *parse_root_qdisc("fq 8001: limit 10000 quantum 3028")));
  EXPECT_FALSE(is_such_qdisc(now, *parse_root_qdisc("fq 0:")));
  EXPECT_FALSE(is_such_qdisc(now, *parse_root_qdisc("fq limit 20000")));
  EXPECT_FALSE(is_such_qdisc(now, *parse_root_qdisc("fq flow_limit 100")))
      << "it has no such option";
  EXPECT_FALSE(is_such_qdisc(now, *parse_root_qdisc("fq_codel")));
  EXPECT_FALSE(
      is_such_qdisc(*parse_root_qdisc("mq 0: queues fq_codel"), *parse_root_qdisc("mq queues fq")));
}

TEST(RootQdisc, TheRootOfTheInterfaceIsFound) {
  const std::vector<QdiscSetup> setups{
      {.link = 2, .handle = 0, .parent = root, .kind = "mq"},
      {.link = 2, .handle = 0, .parent = 1, .kind = "fq_codel"},
      {.link = 2, .handle = 0, .parent = 2, .kind = "fq_codel"},
      {.link = 3,
       .handle = 0x80010000,
       .parent = root,
       .kind = "fq",
       .options = {{"limit", "100"}}},
      {.link = 3, .handle = 0xFFFF0000, .parent = 0xFFFFFFF1, .kind = "clsact"}};
  EXPECT_EQ(format_root_qdisc(*find_root_qdisc(setups, 2)), "mq 0: queues fq_codel");
  EXPECT_EQ(format_root_qdisc(*find_root_qdisc(setups, 3)), "fq 8001: limit 100");
  const auto none = find_root_qdisc(setups, 4);
  ASSERT_FALSE(none.ok());
  EXPECT_THAT(none.error().message, HasSubstr("never up"));
}

TEST(RootQdisc, ARootThatCannotBePutBackIsRefusedWithASentence) {
  const auto why = [](const std::vector<QdiscSetup>& setups) {
    const auto found = find_root_qdisc(setups, 2);
    return found.ok() ? "accepted" : found.error().message;
  };
  EXPECT_EQ(
      why({{.link = 2, .handle = 0x10000, .parent = root, .kind = "htb"}}),
      "its root queueing discipline is htb 1:, which weir could not put back exactly: it is left as it is");
  EXPECT_THAT(why({{.link = 2, .handle = 0x10000, .parent = root, .kind = "tbf"}}),
              HasSubstr("tbf 1:"));
  EXPECT_THAT(why({{.link = 2, .handle = 0x10000, .parent = root, .kind = "mq"},
                   {.link = 2, .handle = 0x80020000, .parent = 0x10001, .kind = "fq"}}),
              HasSubstr("queues with disciplines of their own (fq 8002:)"));
  EXPECT_THAT(why({{.link = 2, .handle = 0, .parent = root, .kind = "mq"},
                   {.link = 2, .handle = 0, .parent = 1, .kind = "fq"},
                   {.link = 2, .handle = 0, .parent = 2, .kind = "fq_codel"}}),
              HasSubstr("disciplines of their own"));
  EXPECT_THAT(why({{.link = 2,
                    .handle = 0x10000,
                    .parent = root,
                    .kind = "fq",
                    .obstacle = "a size table"}}),
              HasSubstr("has a size table"));
  EXPECT_THAT(why({{.link = 2, .handle = 0xFFFF0000, .parent = root, .kind = "fq"}}),
              HasSubstr("its root fq ffff: has a handle that nobody can ask for"));
}

}  // namespace weir::root_qdisc_test
