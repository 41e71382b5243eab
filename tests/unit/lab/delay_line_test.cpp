#include "lab/delay_line.h"

#include <algorithm>
#include <deque>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace weir::lab::delay_line_test {

constexpr std::size_t full_packet = 1500;

/// An IP packet with a TCP header that has these flags.
std::string tcp_packet(int version, int port, unsigned char flags) {
  const std::size_t header = version == 4 ? 20 : 40;
  std::string packet(header + 20, '\0');
  packet[0] = static_cast<char>(version == 4 ? 0x45 : 0x60);
  packet[version == 4 ? 9 : 6] = 6;
  packet[header + 2] = static_cast<char>(port >> 8);
  packet[header + 3] = static_cast<char>(port & 0xff);
  packet[header + 13] = static_cast<char>(flags);
  return packet;
}

Fate put(DelayLine& line, const std::string& packet, Nanoseconds now) {
  std::copy(packet.begin(), packet.end(), line.next_slot());
  return line.take(packet.size(), now);
}

TEST(DelayLine, PacketComesOutWholeAfterTheDelay) {
  LineOptions options;
  options.delay = milliseconds(50);
  DelayLine line(options);
  ASSERT_TRUE(line.empty());
  EXPECT_EQ(put(line, "first", seconds(1)), Fate::carried);
  EXPECT_EQ(put(line, "second one", seconds(2)), Fate::carried);
  EXPECT_EQ(line.next_due(), milliseconds(1050));
  EXPECT_EQ(std::string(line.oldest().data, line.oldest().size), "first");
  line.drop_oldest();
  EXPECT_EQ(line.next_due(), milliseconds(2050));
  EXPECT_EQ(std::string(line.oldest().data, line.oldest().size), "second one");
  line.drop_oldest();
  EXPECT_TRUE(line.empty());
}

TEST(DelayLine, LossIsTheRequestedShareAndEqualForEqualSeeds) {
  LineOptions options;
  options.loss = 0.03;
  const auto lost_of = [&](std::uint64_t seed) {
    options.seed = seed;
    DelayLine line(options);
    int lost = 0;
    for (int i = 0; i < 10'000; ++i) {
      if (line.take(full_packet, {0}) == Fate::lost) ++lost;
    }
    return lost;
  };
  EXPECT_NEAR(lost_of(1), 300, 60);
  EXPECT_EQ(lost_of(1), lost_of(1));
  EXPECT_NE(lost_of(1), lost_of(2));
}

TEST(DelayLine, RateSpreadsPacketsAndItsQueueDropsTheTail) {
  LineOptions options;
  options.bits_per_second = 12'000'000;  // 1,500 bytes a millisecond
  options.queue = Bytes{10 * static_cast<std::int64_t>(full_packet)};
  DelayLine line(options);
  int carried = 0;
  for (int i = 0; i < 30; ++i) {
    const Fate fate = line.take(full_packet, seconds(1));
    if (i < 10) {
      EXPECT_EQ(fate, Fate::carried);
    } else {
      EXPECT_EQ(fate, Fate::queue_full);
    }
    if (fate == Fate::carried) ++carried;
  }
  for (int i = 1; i <= carried; ++i) {
    EXPECT_EQ(line.next_due(), milliseconds(1000 + i));
    line.drop_oldest();
  }
  EXPECT_EQ(line.take(full_packet, milliseconds(1005)), Fate::carried)
      << "half of the queue has left";
}

TEST(DelayLine, LongPacketsVanish) {
  LineOptions options;
  options.longest_packet = 1400;
  DelayLine line(options);
  EXPECT_EQ(line.take(1401, {0}), Fate::too_long);
  EXPECT_EQ(line.take(1400, {0}), Fate::carried);
}

TEST(DelayLine, OnlySynsToTheSilentPortVanish) {
  LineOptions options;
  options.silent_port = 9000;
  DelayLine line(options);
  for (const int version : {4, 6}) {
    EXPECT_EQ(put(line, tcp_packet(version, 9000, 0x02), {0}), Fate::silenced);
    EXPECT_EQ(put(line, tcp_packet(version, 9000, 0xc2), {0}), Fate::silenced) << "with ECN";
    EXPECT_EQ(put(line, tcp_packet(version, 9000, 0x12), {0}), Fate::carried) << "SYN-ACK";
    EXPECT_EQ(put(line, tcp_packet(version, 9000, 0x10), {0}), Fate::carried);
    EXPECT_EQ(put(line, tcp_packet(version, 9001, 0x02), {0}), Fate::carried);
  }
  EXPECT_FALSE(is_syn_to("", 9000));
  EXPECT_FALSE(is_syn_to("E", 9000));
}

TEST(DelayLine, RingWrapsAroundAndReportsWhenItIsFull) {
  DelayLine line({});
  for (std::size_t i = 0; i < DelayLine::slots; ++i) ASSERT_EQ(line.take(1, {0}), Fate::carried);
  EXPECT_FALSE(line.has_room());
  line.drop_oldest();
  ASSERT_TRUE(line.has_room());
  EXPECT_EQ(put(line, "again", seconds(3)), Fate::carried);
  for (std::size_t i = 0; i + 1 < DelayLine::slots; ++i) line.drop_oldest();
  EXPECT_EQ(std::string(line.oldest().data, line.oldest().size), "again");
  EXPECT_EQ(line.next_due(), seconds(3));
}

TEST(DelayLine, LargePacketsWrapAroundTheRingWhole) {
  DelayLine line({});
  const std::string large(65'535, 'x');
  std::size_t taken = 0;
  for (; line.has_room(); ++taken) ASSERT_EQ(put(line, large, {0}), Fate::carried);
  EXPECT_GT(taken * DelayLine::slot_size, DelayLine::capacity - 2 * DelayLine::slot_size);
  for (std::size_t i = 0; i < 3 * taken; ++i) {
    line.drop_oldest();
    if (!line.has_room()) line.drop_oldest();
    ASSERT_TRUE(line.has_room()) << "after " << i;
    ASSERT_EQ(put(line, std::to_string(i) + large.substr(20), {0}), Fate::carried);
  }
  std::string newest;
  for (; !line.empty(); line.drop_oldest()) newest.assign(line.oldest().data, line.oldest().size);
  EXPECT_EQ(newest, std::to_string(3 * taken - 1) + large.substr(20));
}

TEST(DelayLine, OldestPacketIsNotOverwrittenByLaterOnes) {
  DelayLine line({});
  std::deque<std::string> expected;
  const auto make = [](std::size_t i) {
    return std::string(i * 7919 % 60'000 + 1, static_cast<char>('a' + i % 26));
  };
  for (std::size_t i = 0; i < 8'000; ++i) {
    while (!line.has_room()) {
      const auto oldest = line.oldest();
      ASSERT_EQ(std::string_view(oldest.data, oldest.size), expected.front())
          << "before packet " << i;
      line.drop_oldest();
      expected.pop_front();
    }
    expected.push_back(make(i));
    ASSERT_EQ(put(line, expected.back(), {0}), Fate::carried);
  }
}

TEST(DelayLine, PreambleIsNotPartOfThePacket) {
  LineOptions options;
  options.preamble = 10;
  options.longest_packet = 1400;
  options.silent_port = 9000;
  DelayLine line(options);
  EXPECT_EQ(line.take(1410, {0}), Fate::carried);
  EXPECT_EQ(line.take(1411, {0}), Fate::too_long);
  EXPECT_EQ(put(line, std::string(10, '\0') + tcp_packet(4, 9000, 0x02), {0}), Fate::silenced);
  EXPECT_EQ(put(line, std::string(10, '\0') + tcp_packet(4, 9001, 0x02), {0}), Fate::carried);
  EXPECT_EQ(put(line, "short", {0}), Fate::carried);
}

}  // namespace weir::lab::delay_line_test
