#include "kernel/wire/netlink.h"

#include <gtest/gtest.h>
#include <linux/netlink.h>

#include "unit/kernel/wire/bytes.h"

namespace weir::wire::netlink_test {

ByteBuffer two_messages() {
  MessageWriter writer;
  writer.begin(40, NLM_F_MULTI, 7);
  writer.put_value(std::uint32_t{1});
  writer.put_text_attribute(3, "eth0");
  writer.end();
  writer.begin(41, NLM_F_MULTI | NLM_F_DUMP_INTR, 7);
  writer.end();
  return writer.take();
}

TEST(Netlink, MessagesAreWalkedInOrderWithTheirPayload) {
  std::vector<std::uint16_t> types;
  std::size_t interrupted = 0;
  const auto status = for_each_message(two_messages(), [&](const Message& message) -> Status {
    types.push_back(message.type);
    interrupted += message.interrupted() ? 1U : 0U;
    EXPECT_EQ(message.sequence, 7U);
    return {};
  });
  ASSERT_TRUE(status.ok());
  EXPECT_EQ(types, (std::vector<std::uint16_t>{40, 41}));
  EXPECT_EQ(interrupted, 1U);
}

TEST(Netlink, EveryTruncationEndsInAnErrorOrAtAMessageBoundary) {
  constexpr std::size_t first_message = sizeof(nlmsghdr) + 4 + 4 + 5;
  const auto bytes = two_messages();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const ByteBuffer cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    const auto status = for_each_message(cut, [](const Message&) -> Status { return {}; });
    // with or without its padding
    const bool is_whole = size >= first_message && size <= bytes.size() - sizeof(nlmsghdr);
    EXPECT_EQ(status.ok(), size == 0 || is_whole) << size;
  }
}

TEST(Netlink, ALengthBelowTheHeaderIsRefusedInsteadOfLoopingForever) {
  auto bytes = two_messages();
  bytes[0] = std::byte{4};
  const auto status = for_each_message(bytes, [](const Message&) -> Status { return {}; });
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::malformed);
}

TEST(Netlink, TheVisitorsErrorEndsTheWalk) {
  int visits = 0;
  const auto status = for_each_message(two_messages(), [&](const Message&) -> Status {
    ++visits;
    return make_error(ErrorCode::io, "enough");
  });
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(visits, 1);
}

TEST(Netlink, AttributesBeyondTheirBytesAreNotVisited) {
  MessageWriter writer;
  writer.put_attribute(5, ByteBuffer(4, std::byte{1}));
  writer.put_attribute(6, ByteBuffer(6, std::byte{2}));
  auto bytes = writer.take();
  bytes[8] = std::byte{200};  // the length of the second message
  std::vector<std::uint16_t> types;
  for_each_attribute(bytes, [&](const Attribute& attribute) { types.push_back(attribute.type); });
  EXPECT_EQ(types, (std::vector<std::uint16_t>{5}));
}

TEST(Netlink, AttributesAreReadFromBytesAtAnyAddress) {
  MessageWriter writer;
  writer.put_attribute(5, ByteBuffer(4, std::byte{9}));
  ByteBuffer shifted(1);
  shifted.insert(shifted.end(), writer.bytes().begin(), writer.bytes().end());
  int visits = 0;
  for_each_attribute(ByteSpan(shifted).subspan(1), [&](const Attribute& attribute) {
    ++visits;
    EXPECT_EQ(attribute.payload.size(), 4U);
    EXPECT_EQ(attribute.payload[0], std::byte{9});
  });
  EXPECT_EQ(visits, 1);
}

/// An NLMSG_ERROR as netlink_ack() of net/netlink/af_netlink.c builds it: the error, the request
/// (cut or whole), and the kernel's words.
ByteBuffer refusal_bytes(bool capped, std::string_view words) {
  MessageWriter writer;
  writer.begin(message_error,
               static_cast<std::uint16_t>(NLM_F_ACK_TLVS | (capped ? NLM_F_CAPPED : 0)), 7);
  nlmsgerr error{};
  error.error = -22;
  error.msg.nlmsg_len = sizeof(nlmsghdr) + 20;
  writer.put_value(error);
  if (!capped) writer.put_payload(ByteBuffer(20, std::byte{1}));
  writer.put_text_attribute(NLMSGERR_ATTR_MSG, words);
  writer.end();
  return writer.take();
}

std::string words_of(ByteSpan bytes) {
  std::string words;
  EXPECT_TRUE(for_each_message(bytes, [&](const Message& message) -> Status {
                EXPECT_EQ(parse_error_number(message), 22);
                words = parse_error_text(message);
                return {};
              }).ok());
  return words;
}

TEST(Netlink, TheKernelsWordsAreReadBehindTheRequestWholeOrCapped) {
  EXPECT_EQ(words_of(refusal_bytes(true, "Invalid qdisc name")), "Invalid qdisc name");
  EXPECT_EQ(words_of(refusal_bytes(false, "Invalid \x01 name")), "Invalid \\x01 name");
}

TEST(Netlink, WordsBeyondTheMessageAreIgnored) {
  const auto bytes = refusal_bytes(false, "never");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const ByteSpan payload =
        size < sizeof(nlmsghdr)
            ? ByteSpan()
            : ByteSpan(bytes).subspan(sizeof(nlmsghdr), size - sizeof(nlmsghdr));
    EXPECT_EQ(parse_error_text({message_error, NLM_F_ACK_TLVS, 7, payload}), "") << size;
  }
  EXPECT_EQ(parse_error_text({message_done, NLM_F_ACK_TLVS, 7, {}}), "");
}

TEST(Netlink, TheErrorNumberIsPositiveAndMissingWithoutAnError) {
  const std::int32_t refused = -1;
  const std::int32_t smallest = INT32_MIN;
  const Message error{message_error, 0, 0, std::as_bytes(std::span(&refused, 1))};
  EXPECT_EQ(parse_error_number(error), 1);
  EXPECT_EQ(parse_error_number({message_error, 0, 0, std::as_bytes(std::span(&smallest, 1))}), 0);
  EXPECT_EQ(parse_error_number({message_done, 0, 0, {}}), 0);
}

}  // namespace weir::wire::netlink_test
