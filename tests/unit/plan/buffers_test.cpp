// The buffers for which a connection waits, and the memory of all buffers together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/flow_recording.h"
#include "support/proposal.h"

namespace weir::plan::buffers_test {

using test::changes_of;
using test::finding_about;
using test::propose_for;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A host with one connection whose buffers are full, over a round trip of 100 ms.
test::RecordingBuilder host_with_flow(const std::function<void(FlowState&)>& change =
                                          [](FlowState&) {}) {
  auto builder = test::ordinary_host();
  builder.raw().flows = {
      test::make_flow("198.51.100.7", 500, test::resting_state(), [&](FlowState& state) {
        state.rtt = milliseconds(100);
        state.rcv_rtt = milliseconds(100);
        state.rcvbuf = {6'291'456};
        state.sndbuf = {4'194'304};
        state.bytes_acked = {4'000'000};
        change(state);
      })};
  return builder;
}

Finding finding_of_flow(const std::string& id) {
  Finding finding = finding_about(id, "connection", "198.51.100.7");
  finding.resource.cookie = 500;
  finding.resource.inode = 100'500;
  return finding;
}

TEST(BufferRemedy, TheMaximumFollowsThePathInTheKernelsAccounting) {
  const auto receive =
      propose_for(host_with_flow().build(), finding_of_flow("buffers.receive-limited"));
  ASSERT_THAT(changes_of(receive.steps),
              ElementsAre("net.ipv4.tcp_rmem 4096 131072 6291456 -> 4096 131072 33554432"));
  EXPECT_THAT(
      receive.steps.front().formula,
      HasSubstr(
          "1000 Mbit/s (assumed, because no link reports its speed) x 100 ms = 12500000 bytes"));
  const auto send = propose_for(host_with_flow().build(), finding_of_flow("buffers.send-limited"));
  EXPECT_THAT(changes_of(send.steps),
              ElementsAre("net.ipv4.tcp_wmem 4096 16384 4194304 -> 4096 16384 33554432"));
}

TEST(BufferRemedy, TheReportedSpeedOfALinkIsUsed) {
  auto builder = host_with_flow();
  Link link;
  link.index = 2;
  link.name = "eth0";
  link.up = true;
  link.carrier = true;
  link.speed_mbit = 10'000;
  builder.raw().last->network.links.push_back(link);
  const auto send = propose_for(builder.build(), finding_of_flow("buffers.send-limited"));
  // 125 MB in flight take 250 MB; 1/128 of 16 GiB is 128 MiB.
  EXPECT_THAT(changes_of(send.steps),
              ElementsAre("net.ipv4.tcp_wmem 4096 16384 4194304 -> 4096 16384 134217728"));
  EXPECT_THAT(send.steps.front().formula, HasSubstr("10000 Mbit/s (the link's speed)"));
}

TEST(BufferRemedy, ASmallHostKeepsItsValues) {
  auto builder = host_with_flow();
  builder.raw().last->host.memory = {std::int64_t{512} << 20};
  const auto proposal = propose_for(builder.build(), finding_of_flow("buffers.receive-limited"));
  EXPECT_THAT(proposal.steps, IsEmpty());
  EXPECT_THAT(proposal.notes, ElementsAre(HasSubstr("the path needs no more")));
}

TEST(BufferRemedy, ABufferThatTheProgramFixedGetsNoStep) {
  const auto receive =
      propose_for(host_with_flow([](FlowState& state) { state.rcvbuf = {65'536}; }).build(),
                  finding_of_flow("buffers.receive-limited"));
  EXPECT_THAT(receive.steps, IsEmpty());
  EXPECT_THAT(receive.notes, ElementsAre(HasSubstr("SO_RCVBUF")));
  const auto send =
      propose_for(host_with_flow([](FlowState& state) { state.sndbuf = {65'536}; }).build(),
                  finding_of_flow("buffers.send-limited"));
  EXPECT_THAT(send.steps, IsEmpty());
  EXPECT_THAT(send.notes, ElementsAre(HasSubstr("SO_SNDBUF")));
}

TEST(BufferRemedy, AutotuningThatIsOffComesFirst) {
  auto builder = host_with_flow();
  builder.sysctl("net.ipv4.tcp_moderate_rcvbuf", "0");
  EXPECT_THAT(
      changes_of(propose_for(builder.build(), finding_of_flow("buffers.receive-limited")).steps),
      ElementsAre("net.ipv4.tcp_moderate_rcvbuf 0 -> 1"));
}

TEST(BufferRemedy, AConnectionThatIsNotInTheSampleIsANote) {
  Finding finding = finding_of_flow("buffers.send-limited");
  finding.resource.cookie = 501;
  const auto proposal = propose_for(host_with_flow().build(), finding);
  EXPECT_THAT(proposal.steps, IsEmpty());
  EXPECT_THAT(proposal.notes, ElementsAre(HasSubstr("not in the sample")));
}

TEST(TcpMemoryRemedy, ThresholdsGrowInTheKernelsProportionsUpToAQuarterOfTheMemory) {
  auto builder = test::ordinary_host();
  builder.raw().last->counters.sockstat["TCP.mem"] = 240'000;
  const Finding finding = finding_about("buffers.tcp-memory-pressure", "host", "host");
  EXPECT_THAT(changes_of(propose_for(builder.build(), finding).steps),
              ElementsAre("net.ipv4.tcp_mem 190000 250000 380000 -> 468750 625000 937500"));
  builder.raw().last->host.memory = {std::int64_t{4} << 30};
  const auto proposal = propose_for(builder.build(), finding);
  EXPECT_THAT(proposal.steps, IsEmpty());
  EXPECT_THAT(proposal.notes,
              ElementsAre(HasSubstr("TCP may already use a quarter of this host's memory")));
}

TEST(TcpMemoryRemedy, NumbersAtTheEndOfTheRangeAreANote) {
  auto builder = test::ordinary_host();
  builder.raw().last->counters.sockstat["TCP.mem"] = INT64_MAX;
  builder.sysctl("net.ipv4.tcp_mem", "9223372036854775807 9223372036854775807 9223372036854775807");
  const auto proposal =
      propose_for(builder.build(), finding_about("buffers.tcp-memory-pressure", "host", "host"));
  EXPECT_THAT(proposal.steps, IsEmpty());
  EXPECT_THAT(proposal.notes, testing::SizeIs(1));
}

}  // namespace weir::plan::buffers_test
