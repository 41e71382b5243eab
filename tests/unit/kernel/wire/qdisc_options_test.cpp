#include "kernel/wire/qdisc_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include "unit/kernel/wire/bytes.h"

namespace weir::wire::qdisc_options_test {

using testing::HasSubstr;

std::vector<QdiscSetup> parse_all(const ByteBuffer& bytes) {
  std::vector<QdiscSetup> setups;
  const auto result =
      parse_qdisc_setups(bytes, [&](QdiscSetup setup) { setups.push_back(std::move(setup)); });
  EXPECT_TRUE(result.ok());
  return setups;
}

std::optional<RootQdiscChange> read_change(const ByteBuffer& request) {
  std::optional<RootQdiscChange> change;
  EXPECT_TRUE(for_each_message(request, [&](const Message& message) -> Status {
                change = parse_root_qdisc_change(message);
                return {};
              }).ok());
  return change;
}

QdiscSetup fq_codel() {
  return {.link = 2,
          .handle = 0x80010000,
          .parent = TC_H_ROOT,
          .kind = "fq_codel",
          .options = {{"target", "4999"},
                      {"limit", "10240"},
                      {"interval", "99999"},
                      {"ecn", "1"},
                      {"flows", "1024"},
                      {"quantum", "1514"},
                      {"drop_batch", "64"},
                      {"memory_limit", "33554432"}}};
}

TEST(QdiscOptions, SetupsAreWrittenAndReadBack) {
  const std::vector<QdiscSetup> setups{
      fq_codel(),
      {.link = 2,
       .handle = 0x10000,
       .parent = TC_H_ROOT,
       .kind = "fq",
       .options = {{"limit", "100"}, {"horizon_drop", "1"}, {"attribute-16", "x0a0b0c"}}},
      {.link = 3,
       .handle = 0,
       .parent = TC_H_ROOT,
       .kind = "pfifo",
       .options = {{"limit", "1000"}}},
      {.link = 4, .handle = 0, .parent = TC_H_ROOT, .kind = "noqueue"}};
  MessageWriter writer;
  for (const auto& setup : setups) write_qdisc_setup(writer, setup);
  EXPECT_EQ(parse_all(writer.take()), setups);
}

// net/sched/sch_fq_codel.c keeps (us * 1000) >> 10 and reports it as (kept << 10) / 1000.
TEST(QdiscOptions, EveryTimeThatCodelReportsStaysTheSameWhenWrittenAgain) {
  for (std::uint64_t kept = 1; kept < 200'000; kept += 7) {
    const std::uint64_t told = kept * 1024 / 1000;
    RootQdisc wanted{"fq_codel", 1, {}, {{"target", std::to_string(told)}}};
    const auto request = build_root_qdisc_change(2, wanted);
    ASSERT_TRUE(request.ok());
    std::uint64_t written = 0;
    ASSERT_TRUE(for_each_message(*request, [&](const Message& message) -> Status {
                  for_each_attribute(
                      message.payload.subspan(sizeof(tcmsg)), [&](const Attribute& attribute) {
                        if (attribute.type != TCA_OPTIONS) return;
                        for_each_attribute(attribute.payload, [&](const Attribute& option) {
                          written = load<std::uint32_t>(option.payload).value_or(0);
                        });
                      });
                  return {};
                }).ok());
    ASSERT_EQ(written * 1000 / 1024, kept) << told << " was written as " << written;
  }
}

TEST(QdiscOptions, ARootIsAskedForWithItsHandleAndOptions) {
  const auto wanted = *parse_root_qdisc("fq_codel 1: flows 1024 limit 10240 target 4999");
  const auto request = build_root_qdisc_change(7, wanted);
  ASSERT_TRUE(request.ok());
  const auto header = load<nlmsghdr>(*request);
  EXPECT_EQ(header->nlmsg_type, RTM_NEWQDISC);
  EXPECT_EQ(header->nlmsg_flags, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE);
  const auto body = load<tcmsg>(ByteSpan(*request).subspan(sizeof(nlmsghdr)));
  EXPECT_EQ(body->tcm_parent, TC_H_ROOT);
  EXPECT_EQ(body->tcm_handle, 0x10000U);
  const auto change = read_change(*request);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->link, 7);
  EXPECT_EQ(change->wanted, wanted);
}

TEST(QdiscOptions, ADeletionRequestIsRecognised) {
  const auto change = read_change(build_root_qdisc_deletion(7));
  ASSERT_TRUE(change);
  EXPECT_EQ(change->link, 7);
  EXPECT_EQ(change->wanted, std::nullopt);
}

TEST(QdiscOptions, AnOptionThatAKindDoesNotHaveIsRefused) {
  const auto why = [](const char* text) {
    const auto request = build_root_qdisc_change(2, *parse_root_qdisc(text));
    return request.ok() ? "accepted" : request.error().message;
  };
  EXPECT_EQ(why("fq limit 100"), "accepted");
  EXPECT_EQ(why("pfifo limit 100"), "accepted");
  EXPECT_THAT(why("fq flows 100"), HasSubstr("\"flows 100\" is not an option of fq"));
  EXPECT_THAT(why("fq limit many"), HasSubstr("limit many"));
  EXPECT_THAT(why("fq limit 4294967296"), HasSubstr("limit"));
  EXPECT_THAT(why("fq horizon_drop 256"), HasSubstr("horizon_drop"));
  EXPECT_THAT(why("fq attribute-16 x0"), HasSubstr("attribute-16"));
  EXPECT_THAT(why("pfifo_fast limit 3"), HasSubstr("not an option of pfifo_fast"));
  EXPECT_THAT(why("pfifo quantum 3"), HasSubstr("a pfifo takes only a limit"));
}

TEST(QdiscOptions, ADisciplineThatCannotBeMadeAgainIsAnObstacle) {
  MessageWriter writer;
  tcmsg body{};
  body.tcm_ifindex = 2;
  body.tcm_parent = TC_H_ROOT;
  writer.begin(RTM_NEWQDISC, NLM_F_MULTI, 0);
  writer.put_value(body);
  writer.put_text_attribute(TCA_KIND, "fq");
  const std::uint8_t offloaded = 1;
  writer.put_attribute(TCA_HW_OFFLOAD, std::as_bytes(std::span(&offloaded, 1)));
  writer.end();
  EXPECT_EQ(parse_all(writer.bytes()).at(0).obstacle, "an offload to the hardware");
}

// Captured from Linux 6.18: the qdiscs of a host.
TEST(QdiscOptions, CapturedDisciplinesAreRead) {
  const auto setups = parse_all(corpus_bytes("qdisc_fuzz/qdiscs"));
  ASSERT_FALSE(setups.empty());
  for (const auto& setup : setups) EXPECT_FALSE(setup.kind.empty());
}

TEST(QdiscOptions, AFilterOfTheRootIsSeen) {
  const auto request = build_root_filter_request(2);
  const auto header = load<nlmsghdr>(request);
  EXPECT_EQ(header->nlmsg_type, RTM_GETTFILTER);
  MessageWriter writer;
  writer.begin(RTM_NEWTFILTER, NLM_F_MULTI, 0);
  writer.put_value(tcmsg{});
  writer.end();
  EXPECT_TRUE(*has_filter(writer.bytes()));
  EXPECT_FALSE(*has_filter(request));
}

}  // namespace weir::wire::qdisc_options_test
