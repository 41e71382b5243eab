#include "kernel/wire/neighbour.h"

#include <gtest/gtest.h>

#include "unit/kernel/wire/bytes.h"

namespace weir::wire::neighbour_test {

std::vector<Neighbour> parse_all(const ByteBuffer& bytes) {
  std::vector<Neighbour> neighbours;
  const auto result = parse_neighbour_datagram(
      bytes, [&](const Neighbour& neighbour) { neighbours.push_back(neighbour); });
  EXPECT_TRUE(result.ok());
  return neighbours;
}

std::string state_of(const std::vector<Neighbour>& neighbours, const std::string& address) {
  for (const auto& neighbour : neighbours) {
    if (format_address(neighbour.family, neighbour.address) == address) {
      return std::string(neighbour_state_name(neighbour.state)) + " " + neighbour.link_address;
    }
  }
  return "not there";
}

// Captured from Linux 6.18; `ip neigh` showed 192.0.2.1 REACHABLE, 192.0.2.3 PERMANENT, 192.0.2.4
// FAILED and 2001:db8::1 STALE.
TEST(Neighbour, CapturedEntriesHaveStateAndAddresses) {
  const auto four = parse_all(corpus_bytes("neighbour_fuzz/ipv4"));
  EXPECT_EQ(state_of(four, "192.0.2.1"), "reachable 02:00:00:00:00:01");
  EXPECT_EQ(state_of(four, "192.0.2.3"), "permanent 02:00:00:00:00:03");
  EXPECT_EQ(state_of(four, "192.0.2.4"), "failed ");
  EXPECT_EQ(state_of(parse_all(corpus_bytes("neighbour_fuzz/ipv6")), "2001:db8::1"),
            "stale 02:00:00:00:00:01");
}

TEST(Neighbour, StatesShowUnansweredAndFixedNeighbours) {
  EXPECT_TRUE(is_unanswered(parse_neighbour_state("incomplete")));
  EXPECT_TRUE(is_unanswered(parse_neighbour_state("failed")));
  for (const auto* name : {"reachable", "stale", "delay", "probe", "permanent", "noarp"})
    EXPECT_FALSE(is_unanswered(parse_neighbour_state(name))) << name;
  EXPECT_TRUE(is_fixed(parse_neighbour_state("permanent")));
  EXPECT_TRUE(is_fixed(parse_neighbour_state("noarp")));
  EXPECT_FALSE(is_fixed(parse_neighbour_state("failed")));
  EXPECT_EQ(neighbour_state_name(0), "");
  EXPECT_EQ(neighbour_state_name(3), "");
}

TEST(Neighbour, TheRequestIsTheKernelsOwn) {
  EXPECT_EQ(build_neighbour_request(Family::ipv6), corpus_bytes("neighbour_fuzz/request"));
  EXPECT_EQ(parse_neighbour_request(build_neighbour_request(Family::ipv4)), Family::ipv4);
}

TEST(Neighbour, AnEntryBecomesBytesAndAnEntryAgain) {
  Neighbour entry{Family::ipv6, 7, parse_address(Family::ipv6, "fe80::1").value(),
                  "52:54:00:ab:cd:ef", parse_neighbour_state("probe")};
  MessageWriter writer;
  write_neighbour(writer, entry);
  EXPECT_EQ(parse_all(writer.take()), std::vector<Neighbour>{entry});
}

TEST(Neighbour, EveryTruncationIsAnErrorOrHasFewerEntries) {
  const auto bytes = corpus_bytes("neighbour_fuzz/ipv4");
  const auto all = parse_all(bytes).size();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    std::size_t entries = 0;
    const ByteBuffer cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    static_cast<void>(parse_neighbour_datagram(cut, [&](const Neighbour&) { ++entries; }).ok());
    EXPECT_LE(entries, all) << size;
  }
}

}  // namespace weir::wire::neighbour_test
