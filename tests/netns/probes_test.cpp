// The programs inside the kernel count what inet_diag shows, of their own namespace only, and nothing of them stays behind.
#include <algorithm>
#include <csignal>
#include <cstring>
#include <set>
#include <string>
#include <tuple>

#include <linux/bpf.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel/linux/linux_kernel.h"
#include "kernel/wire/probe_records.h"
#include "lab/measure.h"
#include "netns/known_sockets.h"
#include "netns/scenario.h"

namespace weir::scenario::probes_test {

using wire::TcpState;

constexpr uid_t nobody = 65534;
constexpr Nanoseconds settle = milliseconds(200);
constexpr Nanoseconds past_first_retransmission = milliseconds(1400);  // TCP_TIMEOUT_INIT is 1 s (RFC 6298)
constexpr int late_port = 8005;

wire::ByteBuffer& append(wire::ByteBuffer& bytes, std::span<const std::byte> piece) {
  bytes.insert(bytes.end(), piece.begin(), piece.end());
  return bytes;
}

void sort(wire::SocketCounts& counts) {
  const auto key = [](const wire::OutgoingCounts& tuple) { return std::tie(tuple.family, tuple.source, tuple.destination, tuple.destination_port); };
  std::sort(counts.ports.begin(), counts.ports.end(), [](const auto& a, const auto& b) { return a.port < b.port; });
  std::sort(counts.outgoing.begin(), counts.outgoing.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
}

Result<wire::SocketCounts> count(kernel::Probes& probes) {
  wire::ByteBuffer bytes;
  WEIR_CHECK(probes.count_sockets([&](std::span<const std::byte> piece) { append(bytes, piece); }));
  WEIR_TRY(auto counts, wire::parse_socket_counts(bytes));
  sort(counts);
  return counts;
}

Result<std::vector<wire::ListenerProbe>> read_listeners(kernel::Probes& probes) {
  wire::ByteBuffer bytes;
  WEIR_CHECK(probes.read_listeners([&](std::span<const std::byte> piece) { append(bytes, piece); }));
  WEIR_TRY(auto listeners, wire::parse_listener_probes(bytes));
  std::sort(listeners.begin(), listeners.end(), [](const auto& a, const auto& b) { return a.port < b.port; });
  return listeners;
}

std::vector<wire::DiagSocket> dump(kernel::Netlink& netlink) {
  std::vector<wire::DiagSocket> sockets;
  wire::DiagRequest request;
  for (int state = 1; state <= static_cast<int>(TcpState::closing); ++state) request.states |= wire::state_bit(static_cast<TcpState>(state));
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    request.family = family;
    const auto status = netlink.dump(wire::protocol_sock_diag, wire::build_diag_request(request), [&](std::span<const std::byte> datagram) {
      EXPECT_TRUE(wire::parse_diag_datagram(datagram, [&](const wire::DiagSocket& socket) { sockets.push_back(socket); }).ok());
    });
    EXPECT_TRUE(status.ok()) << status.error().message;
  }
  return sockets;
}

/// What the probes should have counted, but for retransmissions, of which inet_diag tells another way.
wire::SocketCounts count_dump(const std::vector<wire::DiagSocket>& sockets) {
  std::map<std::uint16_t, wire::PortCounts> ports;
  std::map<std::tuple<Family, wire::RawAddress, wire::RawAddress, std::uint16_t>, wire::OutgoingCounts> outgoing;
  wire::SocketCounts counts;
  for (const auto& socket : sockets) {
    if (socket.state == TcpState::listen) ports[socket.source_port].port = socket.source_port;
  }
  for (const auto& socket : sockets) {
    ++counts.states[socket.state];
    if (const auto port = ports.find(socket.source_port); port != ports.end()) {
      ++port->second.states[socket.state];
      continue;
    }
    auto& tuple = outgoing[{socket.family, socket.source, socket.destination, socket.destination_port}];
    tuple = {socket.family, socket.source, socket.destination, socket.destination_port, tuple.sockets + 1, tuple.time_wait, tuple.syn_sent};
    tuple.time_wait += socket.state == TcpState::time_wait ? 1 : 0;
    tuple.syn_sent += socket.state == TcpState::syn_sent ? 1 : 0;
  }
  for (const auto& [number, port] : ports) counts.ports.push_back(port);
  for (const auto& [key, tuple] : outgoing) counts.outgoing.push_back(tuple);
  sort(counts);
  return counts;
}

std::string describe(const wire::SocketCounts& counts) {
  const auto states = [](const wire::StateCounts& of) {
    std::string text;
    for (const auto number : of.of) text += " " + std::to_string(number);
    return text;
  };
  std::string text = "all" + states(counts.states) + "\n";
  for (const auto& port : counts.ports)
    text += std::to_string(port.port) + states(port.states) + ", retransmitted " + std::to_string(port.retransmitted) + "\n";
  for (const auto& tuple : counts.outgoing) {
    text += wire::format_address(tuple.family, tuple.source) + " > " + wire::format_address(tuple.family, tuple.destination) + ":" +
            std::to_string(tuple.destination_port) + " " + std::to_string(tuple.sockets) + " " + std::to_string(tuple.time_wait) + " " +
            std::to_string(tuple.syn_sent) + "\n";
  }
  return text + "left out " + std::to_string(counts.ports_left_out) + " " + std::to_string(counts.outgoing_left_out) + "\n";
}

const wire::PortCounts& of_port(const wire::SocketCounts& counts, int port) {
  static const wire::PortCounts nothing;
  const auto found = std::find_if(counts.ports.begin(), counts.ports.end(), [&](const auto& entry) { return entry.port == port; });
  return found == counts.ports.end() ? nothing : *found;
}

/// The identifiers of all programs that are loaded under the name of one of ours.
std::set<std::uint32_t> loaded_programs() {
  std::set<std::uint32_t> found;
  bpf_attr next{};
  while (syscall(SYS_bpf, BPF_PROG_GET_NEXT_ID, &next, sizeof next) == 0) {
    bpf_attr open{};
    open.prog_id = next.next_id;
    next.start_id = next.next_id;
    const UniqueFd program(static_cast<int>(syscall(SYS_bpf, BPF_PROG_GET_FD_BY_ID, &open, sizeof open)));
    bpf_prog_info info{};
    bpf_attr query{};
    query.info.bpf_fd = static_cast<std::uint32_t>(program.get());
    query.info.info_len = sizeof info;
    query.info.info = reinterpret_cast<std::uintptr_t>(&info);
    if (program.valid() && syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &query, sizeof query) == 0 && std::string(info.name).starts_with("count_sockets")) {
      found.insert(info.id);
    }
  }
  return found;
}

bool vanishes(std::uint32_t program) {
  for (int i = 0; i < 100 && loaded_programs().count(program) != 0; ++i) lab::sleep_for(milliseconds(20));
  return loaded_programs().count(program) == 0;
}

class Probes : public testing::TestWithParam<Family> {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root, for network namespaces";
    auto place = lab::Namespace::create();
    ASSERT_TRUE(place.ok()) << place.error().message;
    place_ = std::make_unique<lab::Namespace>(std::move(place).value());
    auto kernel = kernel::LinuxKernel::open_netns(place_->name());
    ASSERT_TRUE(kernel.ok()) << kernel.error().message;
    kernel_ = std::move(kernel).value();
    const auto opened = probes().open({});
    if (!opened.ok() && opened.error().code == ErrorCode::unsupported) GTEST_SKIP() << opened.error().message;
    ASSERT_TRUE(opened.ok()) << opened.error().message;
  }

  [[nodiscard]] const lab::Namespace& place() const { return *place_; }
  [[nodiscard]] kernel::Probes& probes() { return kernel_->kernel().probes; }
  [[nodiscard]] kernel::Netlink& netlink() { return kernel_->kernel().netlink; }

 private:
  std::unique_ptr<lab::Namespace> place_;
  std::unique_ptr<kernel::LinuxKernel> kernel_;
};

INSTANTIATE_TEST_SUITE_P(Families, Probes, testing::Values(Family::ipv4, Family::ipv6), family_name);

TEST_P(Probes, EveryNumberIsThatOfTheDump) {
  auto elsewhere = lab::Namespace::create();
  ASSERT_TRUE(elsewhere.ok()) << elsewhere.error().message;
  auto others = KnownSockets::make(*elsewhere, GetParam());
  ASSERT_TRUE(others.ok()) << others.error().message;
  auto known = KnownSockets::make(place(), GetParam());
  ASSERT_TRUE(known.ok()) << known.error().message;
  ASSERT_TRUE(known->send_syns(half_open_requests).ok());
  lab::sleep_for(settle);

  const auto first = count(probes());
  ASSERT_TRUE(first.ok()) << first.error().message;
  const auto counted = count(probes());  // again: nothing is left of the first time
  const auto dumped = count_dump(dump(netlink()));

  ASSERT_TRUE(counted.ok()) << counted.error().message;
  EXPECT_EQ(*first, *counted) << describe(*first) << describe(*counted);
  EXPECT_EQ(*counted, dumped) << describe(*counted) << describe(dumped);
  EXPECT_EQ(counted->states[TcpState::listen], listeners);
  EXPECT_EQ(counted->states[TcpState::established], 2 * established_pairs);
  EXPECT_EQ(counted->states[TcpState::syn_recv], half_open_requests);
  EXPECT_EQ(counted->states[TcpState::syn_sent], unanswered_connects);
  EXPECT_EQ(counted->states[TcpState::time_wait], client_time_waits + server_time_waits);
  EXPECT_EQ(counted->states[TcpState::close_wait], close_waits + half_closed_pairs);
  EXPECT_EQ(counted->states[TcpState::fin_wait2], close_waits + half_closed_pairs);
  EXPECT_EQ(of_port(*counted, established_port).states[TcpState::established], established_pairs);
  EXPECT_EQ(of_port(*counted, closed_port).states[TcpState::time_wait], server_time_waits);
  EXPECT_EQ(of_port(*counted, half_open_port).states[TcpState::syn_recv], half_open_requests);
  std::vector<std::tuple<int, std::int64_t, std::int64_t, std::int64_t>> outgoing;
  for (const auto& tuple : counted->outgoing) outgoing.emplace_back(tuple.destination_port, tuple.sockets, tuple.time_wait, tuple.syn_sent);
  std::sort(outgoing.begin(), outgoing.end());
  EXPECT_EQ(outgoing, (decltype(outgoing){{silent_port, unanswered_connects, 0, unanswered_connects},
                                          {established_port, established_pairs + close_waits + half_closed_pairs, 0, 0},
                                          {closing_port, client_time_waits, client_time_waits, 0}}))
      << describe(*counted);
}

TEST_P(Probes, SynQueueIsTheNumberOfHalfOpenRequests) {
  constexpr int fresh = 3;
  auto known = KnownSockets::make(place(), GetParam());
  ASSERT_TRUE(known.ok()) << known.error().message;
  ASSERT_TRUE(known->send_syns(half_open_requests).ok());
  lab::sleep_for(past_first_retransmission);
  ASSERT_TRUE(known->send_syns(fresh).ok());

  const auto read = read_listeners(probes());
  const auto counted = count(probes());

  ASSERT_TRUE(read.ok()) << read.error().message;
  ASSERT_TRUE(counted.ok()) << counted.error().message;
  ASSERT_EQ(read->size(), std::size_t{listeners});
  const auto& listener = read->at(half_open_port - established_port);
  EXPECT_EQ(listener.port, half_open_port);
  EXPECT_EQ(listener.family, GetParam());
  EXPECT_EQ(listener.syn_queue, half_open_requests + fresh);
  EXPECT_EQ(listener.young, fresh);
  EXPECT_EQ(of_port(*counted, half_open_port).retransmitted, half_open_requests);
  EXPECT_EQ(of_port(*counted, half_open_port).states[TcpState::syn_recv], half_open_requests + fresh);
  EXPECT_EQ(read->front().syn_queue, 0);
  for (const auto& socket : dump(netlink())) {
    if (socket.state != TcpState::listen) continue;
    const auto& same = read->at(static_cast<std::size_t>(socket.source_port - established_port));
    EXPECT_EQ(same.cookie, socket.cookie);
    EXPECT_EQ(same.backlog, socket.send_queue);
    EXPECT_EQ(same.accept_queue, socket.receive_queue);
  }
}

TEST_P(Probes, ListenersAreSeenFromTheirFirstToTheirLastMoment) {
  auto elsewhere = lab::Namespace::create();
  ASSERT_TRUE(elsewhere.ok()) << elsewhere.error().message;
  auto others = KnownSockets::make(*elsewhere, GetParam());
  ASSERT_TRUE(others.ok()) << others.error().message;
  auto known = KnownSockets::make(place(), GetParam());
  ASSERT_TRUE(known.ok()) << known.error().message;

  const auto before = read_listeners(probes());
  ASSERT_TRUE(known->open_late_listener(late_port).ok());
  ASSERT_TRUE(others->open_late_listener(late_port).ok());
  const auto during = read_listeners(probes());
  known->close_late_listener();
  const auto after = read_listeners(probes());

  ASSERT_TRUE(before.ok() && during.ok() && after.ok());
  EXPECT_EQ(before->size(), std::size_t{listeners});
  ASSERT_EQ(during->size(), std::size_t{listeners} + 1);
  EXPECT_EQ(during->back().port, late_port);
  EXPECT_EQ(*after, *before);
}

TEST_P(Probes, WhatDoesNotFitIsCountedAsLeftOut) {
  auto known = KnownSockets::make(place(), GetParam());
  ASSERT_TRUE(known.ok()) << known.error().message;
  lab::sleep_for(settle);
  const auto whole = count(probes());
  probes().close();
  ASSERT_TRUE(probes().open({2, 1}).ok());

  const auto counted = count(probes());

  ASSERT_TRUE(whole.ok() && counted.ok());
  ASSERT_EQ(counted->ports.size(), 2U);
  EXPECT_EQ(counted->ports_left_out, listeners - 2);
  ASSERT_EQ(counted->outgoing.size(), 1U);
  std::int64_t outgoing = 0;
  for (const auto& tuple : whole->outgoing) outgoing += tuple.sockets;
  EXPECT_EQ(counted->outgoing.front().sockets + counted->outgoing_left_out, outgoing) << "a port without a place is still one that listens";
  EXPECT_EQ(counted->states, whole->states);
}

TEST_P(Probes, NothingStaysBehindWhenClosedOrKilled) {
  const auto before = loaded_programs();
  ASSERT_FALSE(before.empty()) << "the fixture has loaded them";
  auto child = lab::fork_child([&](int report) {
    auto kernel = kernel::LinuxKernel::open_netns(place().name());
    if (!kernel.ok() || !(*kernel)->kernel().probes.read_listeners([](std::span<const std::byte>) {}).ok()) return 1;
    if (write(report, "loaded\n", 7) != 7) return 1;
    while (true) pause();
  });
  ASSERT_TRUE(child.ok()) << child.error().message;
  const auto said = child->read_report_line(seconds(10));
  ASSERT_TRUE(said.ok()) << said.error().message;
  std::set<std::uint32_t> childs;
  for (const auto program : loaded_programs()) {
    if (before.count(program) == 0) childs.insert(program);
  }
  ASSERT_FALSE(childs.empty());

  child->stop(SIGKILL, seconds(5));
  probes().close();

  for (const auto program : childs) EXPECT_TRUE(vanishes(program));
}

/// What a process that is not root is told; empty when it could.
std::string refusal_of(const std::function<bool()>& become_other) {
  auto child = lab::fork_child([&](int report) {
    if (!become_other()) return 1;
    auto kernel = kernel::LinuxKernel::open_current();
    if (!kernel.ok()) return 1;
    kernel::Probes& probes = (*kernel)->kernel().probes;
    const auto opened = probes.open({});
    const auto counted = count(probes);
    std::string said;
    if (!opened.ok() && opened.error().code == ErrorCode::not_permitted) said = opened.error().message;
    if (!opened.ok() && (counted.ok() || counted.error().message != said)) said = "open() and count_sockets() disagree";
    said += "\n";
    return write(report, said.data(), said.size()) == static_cast<ssize_t>(said.size()) ? 0 : 1;
  });
  if (!child.ok()) return child.error().message;
  const auto said = child->read_report_line(seconds(10));
  return said.ok() ? *said : said.error().message;
}

TEST(ProbesWithoutRoot, AreRefusedInOneSentence) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody else";

  const std::string said = refusal_of([] { return setresgid(nobody, nobody, nobody) == 0 && setresuid(nobody, nobody, nobody) == 0; });

  EXPECT_EQ(said, "counting inside the kernel needs CAP_BPF and CAP_PERFMON (root) outside of any user namespace");
}

TEST(ProbesWithoutRoot, RootOfAUserNamespaceIsRefusedToo) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, like the rest";

  const std::string said = refusal_of([] { return unshare(CLONE_NEWUSER) == 0; });

  EXPECT_EQ(said, "counting inside the kernel needs CAP_BPF and CAP_PERFMON (root) outside of any user namespace");
}

}  // namespace weir::scenario::probes_test
