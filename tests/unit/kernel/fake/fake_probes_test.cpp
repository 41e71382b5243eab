#include "kernel/fake/fake_probes.h"

#include <gtest/gtest.h>

#include "kernel/fake/fake_kernel.h"

namespace weir::kernel::fake_probes_test {

Result<wire::ByteBuffer> count(Probes& probes) {
  wire::ByteBuffer bytes;
  WEIR_CHECK(probes.count_sockets({}, [&](std::span<const std::byte> piece) {
    bytes.insert(bytes.end(), piece.begin(), piece.end());
  }));
  return bytes;
}

Result<wire::ByteBuffer> read_listeners(Probes& probes, std::size_t expected = 1) {
  wire::ByteBuffer bytes;
  WEIR_CHECK(probes.read_listeners(expected, [&](std::span<const std::byte> piece) {
    bytes.insert(bytes.end(), piece.begin(), piece.end());
  }));
  return bytes;
}

TEST(FakeProbes, BehaveAtFirstLikeAKernelWithoutBpf) {
  FakeKernel fake;
  Probes& probes = fake.kernel().probes;

  EXPECT_EQ(count(probes).error().code, ErrorCode::unsupported);
  EXPECT_EQ(read_listeners(probes).error().code, ErrorCode::unsupported);
  EXPECT_EQ(fake.state().probes.loads, 0);
}

TEST(FakeProbes, AnswerWithTheTestsValuesAndSayHowOftenTheyWereLoaded) {
  FakeKernel fake;
  wire::SocketCounts counts;
  counts.states[wire::TcpState::time_wait] = 30'000;
  const std::vector<wire::ListenerProbe> listeners{{7, Family::ipv6, 443, 3, 2, 1, 511, 0}};
  fake.state().probes.counts = counts;
  fake.state().probes.listeners = listeners;
  Probes& probes = fake.kernel().probes;

  const auto counted = count(probes);
  const auto read = read_listeners(probes);

  ASSERT_TRUE(counted.ok() && read.ok());
  EXPECT_EQ(wire::parse_socket_counts(*counted).value(), counts);
  EXPECT_EQ(wire::parse_listener_probes(*read).value(), listeners);
  EXPECT_EQ(fake.state().probes.loads, 2) << "each reader has a program of its own";
  EXPECT_TRUE(read_listeners(probes, 0)->empty());
  EXPECT_EQ(fake.state().probes.loads, 2);
  probes.close();
  EXPECT_FALSE(fake.state().probes.listeners_loaded || fake.state().probes.counts_loaded);
  ASSERT_TRUE(read_listeners(probes).ok());
  EXPECT_EQ(fake.state().probes.loads, 3);
}

TEST(FakeProbes, HostileBytesAndRefusalsComeAsTheTestSays) {
  FakeKernel fake;
  fake.state().probes.counts_bytes = wire::ByteBuffer(3, std::byte{0xff});
  Probes& probes = fake.kernel().probes;
  const auto hostile = count(probes);
  fake.state().probes.counts_refusal = make_error(ErrorCode::not_permitted, "no");
  fake.state().probes.listeners = std::vector<wire::ListenerProbe>();

  ASSERT_TRUE(hostile.ok());
  EXPECT_FALSE(wire::parse_socket_counts(*hostile).ok());
  EXPECT_EQ(count(probes).error().code, ErrorCode::not_permitted);
  EXPECT_TRUE(read_listeners(probes).ok()) << "one refusal is not the other's";
}

}  // namespace weir::kernel::fake_probes_test
