#include "kernel/wire/rtnetlink.h"

#include <array>
#include <optional>

#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "unit/kernel/wire/bytes.h"

namespace weir::wire::rtnetlink_test {

std::vector<Link> parse_all(const ByteBuffer& bytes) {
  std::vector<Link> links;
  const auto result =
      parse_link_datagram(bytes, [&](Link link) { links.push_back(std::move(link)); });
  EXPECT_TRUE(result.ok());
  return links;
}

// Captured from Linux 6.18 in a namespace with the loopback interface and one end of a veth pair.
TEST(Rtnetlink, CapturedLinksHaveNameKindStateAndCounters) {
  const auto links = parse_all(corpus_bytes("rtnetlink_fuzz/link_0"));
  ASSERT_EQ(links.size(), 2U);
  EXPECT_EQ(links[0].name, "lo");
  EXPECT_TRUE(links[0].loopback);
  EXPECT_EQ(links[0].mtu, 65536);
  EXPECT_EQ(links[0].kind, "");
  EXPECT_EQ(links[1].name, "v0");
  EXPECT_EQ(links[1].kind, "veth");
  EXPECT_EQ(links[1].mtu, 1500);
  EXPECT_TRUE(links[1].up);
  EXPECT_TRUE(links[1].carrier);
  EXPECT_FALSE(links[1].loopback);
  EXPECT_GT(links[1].rx_packets, 8);
  EXPECT_GT(links[1].rx_bytes, links[1].rx_packets * 40);
}

// Captured from Linux 6.18: one end of a veth pair as a bridge's port.
TEST(Rtnetlink, ACapturedBridgePortHasItsMasterAndItsCarrierChanges) {
  auto links = parse_all(corpus_bytes("rtnetlink_fuzz/link_2"));
  const auto more = parse_all(corpus_bytes("rtnetlink_fuzz/link_bridge_member"));
  links.insert(links.end(), more.begin(), more.end());
  const Link* bridge = nullptr;
  const Link* port = nullptr;
  for (const auto& link : links) {
    if (link.kind == "bridge") bridge = &link;
    if (link.name == "v1") port = &link;
  }
  ASSERT_TRUE(bridge != nullptr && port != nullptr);
  EXPECT_EQ(port->master, bridge->index);
  EXPECT_EQ(bridge->master, 0);
  EXPECT_GE(port->carrier_changes.value_or(0), 1);
}

TEST(Rtnetlink, TheRequestAsksTheKernelForLinks) {
  EXPECT_EQ(build_link_request(), corpus_bytes("rtnetlink_fuzz/link_request"));
}

TEST(Rtnetlink, AChangeOfTheTransmitQueueNamesTheInterfaceByItsIndex) {
  const auto request = build_transmit_length_change(12, 5000);
  std::optional<TransmitLengthChange> change;
  ASSERT_TRUE(for_each_message(request, [&](const Message& message) -> Status {
                EXPECT_EQ(message.type, RTM_NEWLINK);
                EXPECT_EQ(message.flags, NLM_F_REQUEST | NLM_F_ACK)
                    << "no NLM_F_CREATE: an interface that no longer exists is not made again";
                change = parse_transmit_length_change(message.payload);
                return {};
              }).ok());
  ASSERT_TRUE(change);
  EXPECT_EQ(change->index, 12);
  EXPECT_EQ(change->length, 5000U);
  EXPECT_FALSE(parse_transmit_length_change({}).has_value());
}

TEST(Rtnetlink, ACapturedLinkHasItsAddressAndTransmitQueue) {
  const auto links = parse_all(corpus_bytes("rtnetlink_fuzz/link_0"));
  EXPECT_EQ(links[0].address, "00:00:00:00:00:00");
  EXPECT_EQ(links[1].address.size(), 17U);
  EXPECT_EQ(links[1].permanent_address, "") << "a veth was made with none";
  EXPECT_EQ(links[1].transmit_length, 1000);
  EXPECT_EQ(link_identity(links[1]), links[1].address);
}

TEST(Rtnetlink, ALinkBecomesBytesAndALinkAgain) {
  Link link;
  link.index = 12;
  link.name = "bond0.100";
  link.kind = "vlan";
  link.up = true;
  link.mtu = 9000;
  link.rx_bytes = 1LL << 50U;
  link.tx_bytes = 2;
  link.rx_packets = 3;
  link.tx_packets = 4;
  link.rx_errors = 5;
  link.tx_errors = 6;
  link.rx_dropped = 7;
  link.tx_dropped = 8;
  link.rx_missed_errors = 9;
  link.master = 4;
  link.carrier_changes = 3;
  link.address = "02:00:00:00:00:01";
  link.permanent_address = "52:54:00:00:00:01";
  link.transmit_length = 1000;
  link.statistics = {{"collisions", 1}, {"rx_crc_errors", 10}, {"rx_otherhost_dropped", 11}};
  MessageWriter writer;
  write_link(writer, link);
  const auto links = parse_all(writer.take());
  ASSERT_EQ(links.size(), 1U);
  EXPECT_EQ(links[0], link);
}

TEST(Rtnetlink, StatisticsOfAnOlderAndOfANewerKernelAreReadAsFarAsTheyAreKnown) {
  // Built by hand: a message whose IFLA_STATS64 has this many numbers; the i-th number is i + 1.
  const auto parse = [](std::size_t count) {
    std::vector<std::uint64_t> numbers(count);
    for (std::size_t i = 0; i < count; ++i) numbers[i] = i + 1;
    constexpr std::uint16_t new_link = 16;
    constexpr std::uint16_t stats64 = 23;
    MessageWriter writer;
    writer.begin(new_link, 0, 0);
    writer.put_value(std::array<std::byte, 16>{});
    writer.put_attribute(stats64, std::as_bytes(std::span(numbers)));
    writer.end();
    return parse_all(writer.take()).at(0);
  };
  EXPECT_EQ(parse(10).statistics,
            (std::map<std::string, std::int64_t>{{"multicast", 9}, {"collisions", 10}}));
  EXPECT_EQ(parse(24).statistics.at("rx_nohandler"), 24);
  EXPECT_EQ(parse(24).rx_missed_errors, 16);
  EXPECT_EQ(parse(25).statistics.at("rx_otherhost_dropped"), 25);
  EXPECT_EQ(parse(40), parse(25));
}

TEST(Rtnetlink, AHostileNameIsEscapedAndCut) {
  Link link;
  link.name = std::string(200, '\x1b');
  MessageWriter writer;
  write_link(writer, link);
  const auto links = parse_all(writer.take());
  ASSERT_EQ(links.size(), 1U);
  EXPECT_EQ(links[0].name.substr(0, 8), "\\x1b\\x1b");
  EXPECT_EQ(links[0].name.size(), 64U * 4U);
}

TEST(Rtnetlink, EveryTruncationIsAnErrorOrHasFewerLinks) {
  const auto bytes = corpus_bytes("rtnetlink_fuzz/link_0");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const ByteBuffer cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    int links = 0;
    const auto result = parse_link_datagram(cut, [&](const Link&) { ++links; });
    EXPECT_LT(links, 2) << size;
    static_cast<void>(result.ok());
  }
}

std::vector<InterfaceAddress> parse_addresses(const ByteBuffer& bytes) {
  std::vector<InterfaceAddress> addresses;
  const auto result = parse_address_datagram(
      bytes, [&](const InterfaceAddress& address) { addresses.push_back(address); });
  EXPECT_TRUE(result.ok());
  return addresses;
}

TEST(InterfaceAddress, CapturedAddressesAreTheInterfacesOwn) {
  std::vector<std::string> far;
  std::vector<std::string> near;
  for (const auto& address : parse_addresses(corpus_bytes("interface_address_fuzz/addresses"))) {
    auto& list = is_link_local(address.family, address.address) ? near : far;
    list.push_back(format_address(address.family, address.address));
  }
  // 198.51.100.1 has the peer 198.51.100.2.
  EXPECT_EQ(far, (std::vector<std::string>{"127.0.0.1", "192.0.2.2", "198.51.100.1", "::1",
                                           "2001:db8::2"}));
  ASSERT_GE(near.size(), 2U);
  EXPECT_EQ(near.front(), "169.254.7.7");
  EXPECT_EQ(near.back().substr(0, 6), "fe80::");
}

TEST(InterfaceAddress, TheRequestIsTheKernelsOwn) {
  EXPECT_EQ(build_address_request(), corpus_bytes("interface_address_fuzz/request"));
}

TEST(InterfaceAddress, AnAddressBecomesBytesAndAnAddressAgain) {
  for (const auto& [family, text] :
       {std::pair(Family::ipv4, "192.0.2.9"), std::pair(Family::ipv6, "2001:db8::9")}) {
    const InterfaceAddress address{family, 4, parse_address(family, text).value()};
    MessageWriter writer;
    write_interface_address(writer, address);
    EXPECT_EQ(parse_addresses(writer.take()), std::vector<InterfaceAddress>{address});
  }
}

TEST(InterfaceAddress, OnlyTheTwoPrefixesAreLinkLocal) {
  const auto is_local = [](Family family, const char* text) {
    return is_link_local(family, parse_address(family, text).value());
  };
  EXPECT_TRUE(is_local(Family::ipv4, "169.254.0.1"));
  EXPECT_FALSE(is_local(Family::ipv4, "169.253.0.1"));
  EXPECT_TRUE(is_local(Family::ipv6, "febf::1"));
  EXPECT_FALSE(is_local(Family::ipv6, "fec0::1"));
  EXPECT_FALSE(is_local(Family::ipv6, "2001:db8::1"));
}

}  // namespace weir::wire::rtnetlink_test
