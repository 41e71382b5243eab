#include "kernel/wire/probe_records.h"

#include <gtest/gtest.h>

#include "unit/kernel/wire/bytes.h"

namespace weir::wire::probe_records_test {

constexpr std::size_t head_size = 8;

SocketCounts sample_counts() {
  SocketCounts counts;
  counts.states[TcpState::established] = 5;
  counts.states[TcpState::syn_recv] = UINT32_MAX;
  counts.states[TcpState::closing] = 1;
  counts.ports_left_out = 3;
  counts.outgoing_left_out = 4;
  PortCounts port{8080, 2, {}};
  port.states[TcpState::listen] = 1;
  port.states[TcpState::syn_recv] = 9;
  counts.ports = {port, {443, 0, {}}};
  const auto v4 = [](const char* text) { return parse_address(Family::ipv4, text).value(); };
  const auto v6 = [](const char* text) { return parse_address(Family::ipv6, text).value(); };
  counts.outgoing = {{Family::ipv4, v4("10.0.0.1"), v4("10.0.0.2"), 5432, 28'000, 27'000, 1},
                     {Family::ipv6, v6("fd00::1"), v6("fd00::2"), 443, 2, 0, 2}};
  return counts;
}

std::vector<ListenerProbe> sample_listeners() {
  return {{77, Family::ipv4, 80, 12, 7, 3, 511, 99},
          {78, Family::ipv6, 65'535, 0, 0, 0, 4096, UINT32_MAX}};
}

/// A copy with other bytes at this place.
ByteBuffer with_number(ByteBuffer bytes, std::size_t at, std::uint32_t number) {
  std::memcpy(bytes.data() + at, &number, sizeof number);
  return bytes;
}

// Captured from Linux 6.18: known sockets of tests/netns/known_sockets.h over IPv4.
TEST(ProbeRecords, CapturedCountsHaveStatesPortsAndTuples) {
  const auto counts = parse_socket_counts(corpus_bytes("probe_records_fuzz/counts_ipv4"));

  ASSERT_TRUE(counts.ok()) << counts.error().message;
  EXPECT_EQ(counts->states[TcpState::established], 10);
  EXPECT_EQ(counts->states[TcpState::syn_recv], 11);
  EXPECT_EQ(counts->states[TcpState::time_wait], 10);
  EXPECT_EQ(counts->states[TcpState::listen], 4);
  ASSERT_EQ(counts->ports.size(), 4U);
  ASSERT_EQ(counts->outgoing.size(), 3U);
  for (const auto& tuple : counts->outgoing) {
    EXPECT_EQ(tuple.family, Family::ipv4);
    if (tuple.destination_port != 8003) continue;
    EXPECT_EQ(format_address(tuple.family, tuple.source), "127.0.0.1");
    EXPECT_EQ(format_address(tuple.family, tuple.destination), "127.0.0.1");
    EXPECT_EQ(tuple.sockets, 7);
    EXPECT_EQ(tuple.time_wait, 7);
  }
}

TEST(ProbeRecords, CapturedListenersHaveTheirQueues) {
  const auto listeners = parse_listener_probes(corpus_bytes("probe_records_fuzz/listeners_ipv6"));

  ASSERT_TRUE(listeners.ok()) << listeners.error().message;
  ASSERT_EQ(listeners->size(), 4U);
  for (const auto& listener : *listeners) {
    EXPECT_EQ(listener.family, Family::ipv6);
    EXPECT_EQ(listener.backlog, 64);
    EXPECT_NE(listener.cookie, 0U);
    EXPECT_EQ(listener.syn_queue, listener.port == 8002 ? 11 : 0);
    EXPECT_EQ(listener.young, listener.syn_queue);
  }
}

TEST(ProbeRecords, WrittenRecordsAreReadBack) {
  const auto counts = parse_socket_counts(write_socket_counts(sample_counts()));
  const auto listeners = parse_listener_probes(write_listener_probes(sample_listeners()));

  ASSERT_TRUE(counts.ok() && listeners.ok());
  EXPECT_EQ(*counts, sample_counts());
  EXPECT_EQ(*listeners, sample_listeners());
  EXPECT_TRUE(parse_listener_probes({})->empty())
      << "a namespace without listeners answers with nothing";
}

TEST(ProbeRecords, EveryTruncationIsAnError) {
  const auto bytes = write_socket_counts(sample_counts());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto counts = parse_socket_counts(ByteSpan(bytes).first(size));
    ASSERT_FALSE(counts.ok()) << size;
    EXPECT_EQ(counts.error().code, ErrorCode::malformed);
  }
  const auto listeners = write_listener_probes(sample_listeners());
  for (std::size_t size = 1; size < listeners.size(); ++size) {
    if (size != listeners.size() / 2) {
      EXPECT_FALSE(parse_listener_probes(ByteSpan(listeners).first(size)).ok()) << size;
    }
  }
}

TEST(ProbeRecords, TotalsOccurOnce) {
  auto twice = write_socket_counts({});
  const auto once = twice;
  twice.insert(twice.end(), once.begin(), once.end());

  EXPECT_TRUE(parse_socket_counts(once).ok());
  EXPECT_FALSE(parse_socket_counts(twice).ok());
  EXPECT_FALSE(parse_socket_counts(write_listener_probes(sample_listeners())).ok());
}

TEST(ProbeRecords, ImpossibleSizesAreErrors) {
  const auto bytes = write_listener_probes(sample_listeners());
  for (const std::uint32_t size : {0U, 7U, 8U, 39U, 81U, UINT32_MAX}) {
    EXPECT_FALSE(parse_listener_probes(with_number(bytes, 4, size)).ok()) << size;
  }
}

TEST(ProbeRecords, LongerRecordsAndUnknownKindsAreReadAsFarAsTheyAreKnown) {
  auto bytes = write_listener_probes({sample_listeners().front()});
  const auto known = bytes.size();
  bytes.resize(known + head_size);
  bytes = with_number(bytes, 4, static_cast<std::uint32_t>(bytes.size()));
  const auto longer = parse_listener_probes(bytes);
  const auto unknown = parse_listener_probes(with_number(bytes, 0, 99));

  ASSERT_TRUE(longer.ok() && unknown.ok());
  EXPECT_EQ(*longer, (std::vector<ListenerProbe>{sample_listeners().front()}));
  EXPECT_TRUE(unknown->empty());
}

TEST(ProbeRecords, AnUnknownFamilyIsAnError) {
  constexpr std::size_t listener_family_at = 18;
  auto bytes = write_listener_probes(sample_listeners());
  bytes[listener_family_at] = std::byte{1};
  auto counts = write_socket_counts(sample_counts());
  counts[2 * 64 + head_size] = std::byte{1};  // after two ports: the first tuple's

  EXPECT_FALSE(parse_listener_probes(bytes).ok());
  EXPECT_FALSE(parse_socket_counts(counts).ok());
}

}  // namespace weir::wire::probe_records_test
