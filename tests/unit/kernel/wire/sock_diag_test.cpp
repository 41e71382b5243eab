#include "kernel/wire/sock_diag.h"

#include <map>

#include <gtest/gtest.h>

#include "unit/kernel/wire/bytes.h"

namespace weir::wire::sock_diag_test {

std::vector<DiagSocket> parse_all(const ByteBuffer& bytes) {
  std::vector<DiagSocket> sockets;
  const auto result =
      parse_diag_datagram(bytes, [&](const DiagSocket& socket) { sockets.push_back(socket); });
  EXPECT_TRUE(result.ok());
  return sockets;
}

// Captured from Linux 6.18: 0.0.0.0:8080 with listen(16), [::]:8081 with 16, [::1]:8082 with 4 and
// IPV6_V6ONLY.
TEST(SockDiag, CapturedListenersHaveTheirQueueLimitCookieInodeAndDrops) {
  const auto sockets = parse_all(corpus_bytes("sock_diag_fuzz/listen_0"));
  ASSERT_EQ(sockets.size(), 3U);
  std::map<std::string, Listener> listeners;
  for (const auto& socket : sockets) {
    EXPECT_EQ(socket.state, TcpState::listen);
    const auto listener = to_listener(socket);
    listeners[listener_name(listener)] = listener;
  }
  const auto& v4 = listeners.at("0.0.0.0:8080");
  EXPECT_EQ(v4.backlog, 16);
  EXPECT_EQ(v4.queue, 0);
  EXPECT_EQ(v4.cookie, 0x196DDU);
  EXPECT_EQ(v4.inode, 0x52A80);
  EXPECT_EQ(v4.drops, 0);
  EXPECT_FALSE(v4.v6only.has_value());
  EXPECT_EQ(listeners.at("[::]:8081").v6only, false);
  EXPECT_EQ(listeners.at("[::1]:8082").v6only, true);
  EXPECT_EQ(listeners.at("[::1]:8082").backlog, 4);
}

TEST(SockDiag, AFamilysAnswerHasTheNewerMessageTypeAndOnlyThatFamily) {
  const auto sockets = parse_all(corpus_bytes("sock_diag_fuzz/listen6_0"));
  ASSERT_EQ(sockets.size(), 2U);
  EXPECT_EQ(sockets[0].family, Family::ipv6);
  EXPECT_EQ(sockets[1].family, Family::ipv6);
}

// Three half-open IPv4 requests for :8080; three IPv4 and two IPv6 requests for the dual-stack
// :8081.
TEST(SockDiag, CapturedHalfOpenRequestsShowIpv4OfADualStackListenerAsMappedAddresses) {
  std::map<std::string, int> ends;
  for (const auto& socket : parse_all(corpus_bytes("sock_diag_fuzz/rare_0"))) {
    EXPECT_EQ(socket.state, TcpState::syn_recv);
    ++ends[format_address(socket.family, socket.source) + " " + std::to_string(socket.source_port)];
  }
  EXPECT_EQ(ends, (std::map<std::string, int>{
                      {"10.9.9.1 8080", 3}, {"::ffff:10.9.9.1 8081", 3}, {"fd99::1 8081", 2}}));
}

TEST(SockDiag, RequestsAreTheBytesThatTheKernelAnswered) {
  EXPECT_EQ(build_diag_request({std::nullopt, state_bit(TcpState::listen), true}),
            corpus_bytes("sock_diag_fuzz/listen_request"));
  EXPECT_EQ(build_diag_request({Family::ipv6, state_bit(TcpState::listen), true}),
            corpus_bytes("sock_diag_fuzz/listen6_request"));
  DiagRequest rare;
  for (const auto state : rare_states) rare.states |= state_bit(state);
  EXPECT_EQ(build_diag_request(rare), corpus_bytes("sock_diag_fuzz/rare_request"));
}

TEST(SockDiag, ARequestIsReadBack) {
  for (const auto family :
       {std::optional<Family>{}, std::optional{Family::ipv4}, std::optional{Family::ipv6}}) {
    const auto parsed = parse_diag_request(build_diag_request({family, 0x408, true}));
    ASSERT_TRUE(parsed.ok());
    EXPECT_EQ(parsed->family, family);
    EXPECT_EQ(parsed->states, 0x408U);
    EXPECT_TRUE(parsed->memory);
  }
  EXPECT_FALSE(parse_diag_request(corpus_bytes("rtnetlink_fuzz/link_request")).ok());
}

TEST(SockDiag, AListenerBecomesBytesAndAListenerAgain) {
  Listener listener;
  listener.family = Family::ipv6;
  listener.address = "2001:db8::1";
  listener.port = 65535;
  listener.interface = 3;
  listener.cookie = 0xFEDCBA9876543210U;
  listener.inode = 4'000'000'000;
  listener.uid = 33;
  listener.queue = 512;
  listener.backlog = 511;
  listener.drops = 4'294'967'295;
  listener.v6only = true;
  MessageWriter writer;
  write_diag_socket(writer, to_diag_socket(listener), false);
  const auto sockets = parse_all(writer.take());
  ASSERT_EQ(sockets.size(), 1U);
  EXPECT_EQ(to_listener(sockets.front()), listener);
}

TEST(SockDiag, EveryTruncationOfACapturedDatagramIsAnErrorOrHasFewerSockets) {
  const auto bytes = corpus_bytes("sock_diag_fuzz/listen_0");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const ByteBuffer cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    int sockets = 0;
    const auto result = parse_diag_datagram(cut, [&](const DiagSocket&) { ++sockets; });
    EXPECT_LT(sockets, 3) << size;
    static_cast<void>(result.ok());
  }
}

TEST(SockDiag, AMessageTooShortForASocketIsRefused) {
  MessageWriter writer;
  writer.begin(20, 0, 0);
  writer.put_payload(ByteBuffer(40));
  writer.end();
  EXPECT_FALSE(parse_diag_datagram(writer.bytes(), [](const DiagSocket&) { FAIL(); }).ok());
}

TEST(SockDiag, ShortMemoryInformationGivesNoDrops) {
  DiagSocket socket;
  MessageWriter writer;
  write_diag_socket(writer, socket, true);
  auto bytes = writer.take();
  MessageWriter attribute;
  // INET_DIAG_SKMEMINFO of a kernel before 4.7: eight numbers, no drops
  attribute.put_attribute(7, ByteBuffer(32, std::byte{1}));
  bytes.insert(bytes.end(), attribute.bytes().begin(), attribute.bytes().end());
  const auto length = static_cast<std::uint32_t>(bytes.size());
  std::memcpy(bytes.data(), &length, sizeof(length));
  const auto sockets = parse_all(bytes);
  ASSERT_EQ(sockets.size(), 1U);
  EXPECT_FALSE(sockets[0].drops.has_value());
}

TEST(SockDiag, AnUnknownFamilyOrStateIsSkipped) {
  MessageWriter writer;
  write_diag_socket(writer, DiagSocket{}, true);
  auto bytes = writer.take();
  bytes[16] = std::byte{77};
  EXPECT_TRUE(parse_all(bytes).empty());
  bytes[16] = std::byte{2};
  bytes[17] = std::byte{13};
  EXPECT_TRUE(parse_all(bytes).empty());
}

}  // namespace weir::wire::sock_diag_test
