// The programs inside the kernel count what inet_diag shows, of their own namespace only. Each
// falls back by itself, and leaves nothing behind.
#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <fstream>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel/linux/linux_kernel.h"
#include "kernel/wire/probe_records.h"
#include "lab/measure.h"
#include "netns/known_sockets.h"
#include "netns/refused_call.h"
#include "netns/scenario.h"
#include "support/guest_twin.h"

namespace weir::scenario::probes_test {

using wire::TcpState;

constexpr uid_t nobody = 65534;
constexpr Nanoseconds settle = milliseconds(200);
// TCP_TIMEOUT_INIT is 1 s (RFC 6298)
constexpr Nanoseconds past_first_retransmission = milliseconds(1400);
constexpr int late_port = 8005;

wire::ByteBuffer& append(wire::ByteBuffer& bytes, std::span<const std::byte> piece) {
  bytes.insert(bytes.end(), piece.begin(), piece.end());
  return bytes;
}

void sort(wire::SocketCounts& counts) {
  const auto key = [](const wire::OutgoingCounts& tuple) {
    return std::tie(tuple.family, tuple.source, tuple.destination, tuple.destination_port);
  };
  std::sort(counts.ports.begin(), counts.ports.end(),
            [](const auto& a, const auto& b) { return a.port < b.port; });
  std::sort(counts.outgoing.begin(), counts.outgoing.end(),
            [&](const auto& a, const auto& b) { return key(a) < key(b); });
}

Result<wire::SocketCounts> count(kernel::Probes& probes, const kernel::ProbeLimits& limits = {}) {
  wire::ByteBuffer bytes;
  WEIR_CHECK(probes.count_sockets(limits,
                                  [&](std::span<const std::byte> piece) { append(bytes, piece); }));
  WEIR_TRY(auto counts, wire::parse_socket_counts(bytes));
  sort(counts);
  return counts;
}

Result<std::vector<wire::ListenerProbe>> read_listeners(kernel::Probes& probes,
                                                        std::size_t expected) {
  wire::ByteBuffer bytes;
  WEIR_CHECK(probes.read_listeners(
      expected, [&](std::span<const std::byte> piece) { append(bytes, piece); }));
  WEIR_TRY(auto listeners, wire::parse_listener_probes(bytes));
  std::sort(listeners.begin(), listeners.end(),
            [](const auto& a, const auto& b) { return a.port < b.port; });
  return listeners;
}

std::vector<wire::DiagSocket> dump(kernel::Netlink& netlink) {
  std::vector<wire::DiagSocket> sockets;
  wire::DiagRequest request;
  for (int state = 1; state <= static_cast<int>(TcpState::closing); ++state)
    request.states |= wire::state_bit(static_cast<TcpState>(state));
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    request.family = family;
    const auto status = netlink.dump(
        wire::protocol_sock_diag, wire::build_diag_request(request),
        [&](std::span<const std::byte> datagram) {
          EXPECT_TRUE(wire::parse_diag_datagram(datagram, [&](const wire::DiagSocket& socket) {
                        sockets.push_back(socket);
                      }).ok());
        });
    EXPECT_TRUE(status.ok()) << status.error().message;
  }
  return sockets;
}

/// The counts that the probes must give, but for retransmissions, which inet_diag counts in another
/// way.
wire::SocketCounts count_dump(const std::vector<wire::DiagSocket>& sockets) {
  std::map<std::uint16_t, wire::PortCounts> ports;
  std::map<std::tuple<Family, wire::RawAddress, wire::RawAddress, std::uint16_t>,
           wire::OutgoingCounts>
      outgoing;
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
    auto& tuple =
        outgoing[{socket.family, socket.source, socket.destination, socket.destination_port}];
    tuple = {socket.family,     socket.source,   socket.destination, socket.destination_port,
             tuple.sockets + 1, tuple.time_wait, tuple.syn_sent};
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
    text += std::to_string(port.port) + states(port.states) + ", retransmitted " +
            std::to_string(port.retransmitted) + "\n";
  for (const auto& tuple : counts.outgoing) {
    text += wire::format_address(tuple.family, tuple.source) + " > " +
            wire::format_address(tuple.family, tuple.destination) + ":" +
            std::to_string(tuple.destination_port) + " " + std::to_string(tuple.sockets) + " " +
            std::to_string(tuple.time_wait) + " " + std::to_string(tuple.syn_sent) + "\n";
  }
  return text + "left out " + std::to_string(counts.ports_left_out) + " " +
         std::to_string(counts.outgoing_left_out) + "\n";
}

const wire::PortCounts& of_port(const wire::SocketCounts& counts, int port) {
  static const wire::PortCounts nothing;
  const auto found = std::find_if(counts.ports.begin(), counts.ports.end(),
                                  [&](const auto& entry) { return entry.port == port; });
  return found == counts.ports.end() ? nothing : *found;
}

bool is_refusal(const Error& error) {
  return error.code == ErrorCode::not_permitted || error.code == ErrorCode::unsupported;
}

/// Set if this kernel refuses the program: the reason of the skip.
template <class T>
std::optional<std::string> refused_here(const Result<T>& result) {
  if (result.ok() || !is_refusal(result.error())) return std::nullopt;
  return test::left_to_guest(result.error().message, "vm.bpf");
}

bool is_ours(const std::string& name) {
  return name == "count_sockets" || name == "read_listeners";
}

/// The identifiers of all loaded programs with the name of one of weir's programs.
std::set<std::uint32_t> loaded_programs() {
  std::set<std::uint32_t> found;
  bpf_attr next{};
  while (syscall(SYS_bpf, BPF_PROG_GET_NEXT_ID, &next, sizeof next) == 0) {
    bpf_attr open{};
    open.prog_id = next.next_id;
    next.start_id = next.next_id;
    const UniqueFd program(
        static_cast<int>(syscall(SYS_bpf, BPF_PROG_GET_FD_BY_ID, &open, sizeof open)));
    bpf_prog_info info{};
    bpf_attr query{};
    query.info.bpf_fd = static_cast<std::uint32_t>(program.get());
    query.info.info_len = sizeof info;
    query.info.info = reinterpret_cast<std::uintptr_t>(&info);
    if (program.valid() && syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &query, sizeof query) == 0 &&
        is_ours(info.name)) {
      found.insert(info.id);
    }
  }
  return found;
}

/// On ports that the kernel chooses.
std::vector<UniqueFd> listen_many(const lab::Namespace& place, Family family, std::size_t count) {
  std::vector<UniqueFd> sockets;
  const auto listen_there = [&] {
    while (sockets.size() < count) {
      UniqueFd socket(
          ::socket(family == Family::ipv4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
      if (!socket.valid() || listen(socket.get(), 1) != 0) return;
      sockets.push_back(std::move(socket));
    }
  };
  EXPECT_TRUE(lab::run_inside(place.name(), listen_there).ok());
  return sockets;
}

bool vanishes(std::uint32_t program) {
  for (int i = 0; i < 100 && loaded_programs().count(program) != 0; ++i)
    lab::sleep_for(milliseconds(20));
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
  }

  [[nodiscard]] const lab::Namespace& place() const { return *place_; }
  [[nodiscard]] kernel::Probes& probes() { return kernel_->kernel().probes; }
  [[nodiscard]] kernel::Netlink& netlink() { return kernel_->kernel().netlink; }
  [[nodiscard]] std::size_t count_listeners() {
    return static_cast<std::size_t>(count_dump(dump(netlink())).states[TcpState::listen]);
  }
  [[nodiscard]] Result<std::vector<wire::ListenerProbe>> read() {
    return read_listeners(probes(), count_listeners());
  }

 private:
  std::unique_ptr<lab::Namespace> place_;
  std::unique_ptr<kernel::LinuxKernel> kernel_;
};

INSTANTIATE_TEST_SUITE_P(Families, Probes, testing::Values(Family::ipv4, Family::ipv6),
                         family_name);

TEST_P(Probes, EveryNumberEqualsTheDump) {
  auto elsewhere = lab::Namespace::create();
  ASSERT_TRUE(elsewhere.ok()) << elsewhere.error().message;
  auto others = KnownSockets::make(*elsewhere, GetParam());
  ASSERT_TRUE(others.ok()) << others.error().message;
  auto known = KnownSockets::make(place(), GetParam());
  ASSERT_TRUE(known.ok()) << known.error().message;
  ASSERT_TRUE(known->send_syns(half_open_requests).ok());
  lab::sleep_for(settle);

  const auto first = count(probes());
  if (const auto why = refused_here(first)) GTEST_SKIP() << *why;
  ASSERT_TRUE(first.ok()) << first.error().message;
  const auto counted = count(probes());  // again: nothing is left of the first walk
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
  for (const auto& tuple : counted->outgoing)
    outgoing.emplace_back(tuple.destination_port, tuple.sockets, tuple.time_wait, tuple.syn_sent);
  std::sort(outgoing.begin(), outgoing.end());
  EXPECT_EQ(outgoing,
            (decltype(outgoing){
                {silent_port, unanswered_connects, 0, unanswered_connects},
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

  const auto read = this->read();
  const auto counted = count(probes());

  if (const auto why = refused_here(read)) GTEST_SKIP() << *why;
  if (const auto why = refused_here(counted)) GTEST_SKIP() << *why;
  ASSERT_TRUE(read.ok()) << read.error().message;
  ASSERT_TRUE(counted.ok()) << counted.error().message;
  ASSERT_EQ(read->size(), std::size_t{listeners});
  const auto& listener = read->at(half_open_port - established_port);
  EXPECT_EQ(listener.port, half_open_port);
  EXPECT_EQ(listener.family, GetParam());
  EXPECT_EQ(listener.syn_queue, half_open_requests + fresh);
  EXPECT_EQ(listener.young, fresh);
  EXPECT_EQ(of_port(*counted, half_open_port).retransmitted, half_open_requests);
  EXPECT_EQ(of_port(*counted, half_open_port).states[TcpState::syn_recv],
            half_open_requests + fresh);
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

  const auto before = read();
  ASSERT_TRUE(known->open_late_listener(late_port).ok());
  ASSERT_TRUE(others->open_late_listener(late_port).ok());
  const auto during = read();
  known->close_late_listener();
  const auto after = read();

  if (const auto why = refused_here(before)) GTEST_SKIP() << *why;
  ASSERT_TRUE(before.ok()) << before.error().message;
  ASSERT_TRUE(during.ok() && after.ok());
  EXPECT_EQ(before->size(), std::size_t{listeners});
  ASSERT_EQ(during->size(), std::size_t{listeners} + 1);
  EXPECT_EQ(during->back().port, late_port);
  EXPECT_EQ(*after, *before);
}

TEST_P(Probes, AWalkEndsAtTheLastListenerThatIsExpected) {
  auto known = KnownSockets::make(place(), GetParam());
  ASSERT_TRUE(known.ok()) << known.error().message;

  const auto none = read_listeners(probes(), 0);
  const auto two = read_listeners(probes(), 2);
  const auto all = read();
  const auto too_many_expected = read_listeners(probes(), 1000);

  if (const auto why = refused_here(two)) GTEST_SKIP() << *why;
  ASSERT_TRUE(none.ok() && two.ok() && all.ok() && too_many_expected.ok());
  EXPECT_TRUE(none->empty());
  EXPECT_EQ(two->size(), 2U);
  EXPECT_EQ(all->size(), std::size_t{listeners});
  EXPECT_EQ(*too_many_expected, *all);
}

// The iterator's buffer holds some 580 records; a process has 1,024 descriptors at first.
TEST_P(Probes, MoreListenersThanFitIntoOneReadAreReadOnceEach) {
  constexpr std::size_t many = 900;
  const auto sockets = listen_many(place(), GetParam(), many);
  ASSERT_EQ(sockets.size(), many);

  const auto read = this->read();

  if (const auto why = refused_here(read)) GTEST_SKIP() << *why;
  ASSERT_TRUE(read.ok()) << read.error().message;
  std::multiset<std::uint64_t> seen;
  for (const auto& listener : *read) seen.insert(listener.cookie);
  std::multiset<std::uint64_t> dumped;
  for (const auto& socket : dump(netlink())) dumped.insert(socket.cookie);
  EXPECT_EQ(seen.size(), many);
  EXPECT_EQ(seen, dumped);
}

TEST_P(Probes, ItemsThatDoNotFitAreCountedAsLeftOut) {
  auto known = KnownSockets::make(place(), GetParam());
  ASSERT_TRUE(known.ok()) << known.error().message;
  lab::sleep_for(settle);
  const auto whole = count(probes());
  probes().close();

  const auto counted = count(probes(), {2, 1});

  if (const auto why = refused_here(whole)) GTEST_SKIP() << *why;
  ASSERT_TRUE(whole.ok()) << whole.error().message;
  ASSERT_TRUE(counted.ok()) << counted.error().message;
  ASSERT_EQ(counted->ports.size(), 2U);
  EXPECT_EQ(counted->ports_left_out, listeners - 2);
  ASSERT_EQ(counted->outgoing.size(), 1U);
  std::int64_t outgoing = 0;
  for (const auto& tuple : whole->outgoing) outgoing += tuple.sockets;
  EXPECT_EQ(counted->outgoing.front().sockets + counted->outgoing_left_out, outgoing)
      << "a port without a place is still one that listens";
  EXPECT_EQ(counted->states, whole->states);
}

TEST_P(Probes, NothingStaysBehindWhenClosedOrKilled) {
  const auto read = read_listeners(probes(), 1);
  const auto counted = count(probes());
  if (const auto why = refused_here(read)) GTEST_SKIP() << *why;
  if (const auto why = refused_here(counted)) GTEST_SKIP() << *why;
  const auto before = loaded_programs();
  ASSERT_GE(before.size(), 2U) << "the test has loaded both";
  auto child = lab::fork_child([&](int report) {
    auto kernel = kernel::LinuxKernel::open_netns(place().name());
    if (!kernel.ok()) return 1;
    kernel::Probes& probes = (*kernel)->kernel().probes;
    if (!read_listeners(probes, 1).ok() || !count(probes).ok()) return 1;
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
  ASSERT_EQ(childs.size(), 2U);

  child->stop(SIGKILL, seconds(5));
  probes().close();

  for (const auto program : childs) EXPECT_TRUE(vanishes(program));
}

/// A kernel may allow one program and refuse the other, and may refuse each at any of its bpf(2)
/// calls.
TEST_P(Probes, EachFallsBackByItselfAtAnyCallThatTheKernelRefuses) {
  auto known = KnownSockets::make(place(), GetParam());
  ASSERT_TRUE(known.ok()) << known.error().message;
  const auto allowed_read = read();
  auto allowed_count = count(probes());
  if (const auto why = refused_here(allowed_read)) GTEST_SKIP() << *why;
  if (const auto why = refused_here(allowed_count)) GTEST_SKIP() << *why;
  ASSERT_TRUE(allowed_read.ok() && allowed_count.ok());
  // The last segments of the new sockets may still be on their way.
  ASSERT_TRUE(eventually([&] {
    const auto before = allowed_count->states;
    lab::sleep_for(milliseconds(100));
    allowed_count = count(probes());
    return allowed_count.ok() && allowed_count->states == before;
  }));
  Result<std::vector<wire::ListenerProbe>> read = *allowed_read;
  Result<wire::SocketCounts> counted = *allowed_count;
  const auto use_both = [&] {
    probes().close();
    read = read_listeners(probes(), listeners);
    counted = count(probes());
  };
  const auto calls = refuse_bpf_call(0, use_both);
  const auto of_reading = refuse_bpf_call(0, [&] {
    probes().close();
    read = read_listeners(probes(), listeners);
  });
  ASSERT_TRUE(calls.ok()) << calls.error().message;
  ASSERT_TRUE(of_reading.ok()) << of_reading.error().message;
  ASSERT_GT(*of_reading, 3) << "to load, to attach and to run";
  ASSERT_GT(*calls, *of_reading + 3);

  for (int n = 1; n <= *calls; ++n) {
    ASSERT_TRUE(refuse_bpf_call(n, use_both).ok());
    const bool is_reading = n <= *of_reading;
    ASSERT_EQ(read.ok(), !is_reading) << "call " << n;
    ASSERT_EQ(counted.ok(), is_reading) << "call " << n;
    EXPECT_EQ(
        (is_reading ? read.error() : counted.error()).message,
        std::string("this kernel refuses the BPF program that ") +
            (is_reading ? "reads SYN queues" : "counts sockets") +
            " although weir has all required capabilities (the reason may be lockdown, an LSM or seccomp)")
        << "call " << n;
    if (is_reading) {
      EXPECT_EQ(counted->states, allowed_count->states) << "call " << n;
    } else {
      EXPECT_EQ(read->size(), allowed_read->size()) << "call " << n;
    }
  }
}

TEST_P(Probes, ACountWithoutMemoryInTheKernelDoesNotRefuseTheListeners) {
  auto known = KnownSockets::make(place(), GetParam());
  ASSERT_TRUE(known.ok()) << known.error().message;

  const auto counted = count(probes(), {4096, UINT32_MAX});
  const auto again = count(probes());
  const auto read = this->read();

  if (const auto why = refused_here(read)) GTEST_SKIP() << *why;
  ASSERT_FALSE(counted.ok()) << "a hash of 4 billion tuples";
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().message, counted.error().message) << "it is not tried again";
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->size(), std::size_t{listeners});
}

/// The sentences of both readers in a process that lacks a right, separated by "|"; empty where the
/// reader worked.
std::string refusals_of(const std::function<bool()>& become_other) {
  auto child = lab::fork_child([&](int report) {
    if (!become_other()) return 1;
    auto kernel = kernel::LinuxKernel::open_current();
    if (!kernel.ok()) return 1;
    kernel::Probes& probes = (*kernel)->kernel().probes;
    const auto read = read_listeners(probes, 1);
    const auto counted = count(probes);
    std::string said;
    if (!read.ok() && read.error().code == ErrorCode::not_permitted) said += read.error().message;
    said += "|";
    if (!counted.ok() && counted.error().code == ErrorCode::not_permitted)
      said += counted.error().message;
    said += "\n";
    return write(report, said.data(), said.size()) == static_cast<ssize_t>(said.size()) ? 0 : 1;
  });
  if (!child.ok()) return child.error().message;
  const auto said = child->read_report_line(seconds(10));
  return said.ok() ? *said : said.error().message;
}

std::string both(const std::string& why) {
  return "the BPF program that reads SYN queues " + why + "|the BPF program that counts sockets " +
         why;
}

bool drop_capabilities(std::uint64_t dropped) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
  if (syscall(SYS_capget, &header, sets.data()) != 0) return false;
  sets[0].effective &= ~static_cast<std::uint32_t>(dropped);
  sets[1].effective &= ~static_cast<std::uint32_t>(dropped >> 32U);
  return syscall(SYS_capset, &header, sets.data()) == 0;
}

TEST(ProbesWithoutRoot, AreRefusedInOneSentenceThatNamesTheCapabilities) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to become another user";

  const std::string said = refusals_of([] {
    return setresgid(nobody, nobody, nobody) == 0 && setresuid(nobody, nobody, nobody) == 0;
  });

  EXPECT_EQ(said, both("needs CAP_BPF and CAP_PERFMON; run weir as root"));
}

TEST(ProbesWithoutRoot, RootWithoutOneCapabilityGetsItsName) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to drop its rights";
  constexpr std::uint64_t admin = std::uint64_t{1} << CAP_SYS_ADMIN;

  const std::string without_bpf =
      refusals_of([] { return drop_capabilities(admin | std::uint64_t{1} << CAP_BPF); });
  const std::string without_perfmon =
      refusals_of([] { return drop_capabilities(admin | std::uint64_t{1} << CAP_PERFMON); });

  EXPECT_EQ(without_bpf, both("needs CAP_BPF, which weir lacks although it is root"));
  EXPECT_EQ(without_perfmon, both("needs CAP_PERFMON, which weir lacks although it is root"));
}

TEST(ProbesWithoutRoot, RootOfAUserNamespaceGetsTheNamespaceAsTheReason) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, like the rest";

  const std::string said = refusals_of([] { return unshare(CLONE_NEWUSER) == 0; });

  EXPECT_EQ(
      said,
      both("needs CAP_BPF and CAP_PERFMON outside any user namespace, but weir runs inside one"));
}

/// `weir check` on a kernel that refuses every bpf(2) call, although root has all the rights that
/// weir asks for.
TEST_P(Probes, CheckOnAKernelThatRefusesAllBpfFallsBackAndSaysSo) {
  auto known = KnownSockets::make(place(), GetParam());
  ASSERT_TRUE(known.ok()) << known.error().message;
  const TemporaryFolder folder;
  const std::string answer = folder.file("answer.json");
  const std::string binary = weir_binary();
  auto child = lab::fork_child([&](int /*report*/) {
    const UniqueFd out(open(answer.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    const UniqueFd no_progress(open("/dev/null", O_WRONLY | O_CLOEXEC));
    if (!out.valid() || dup2(out.get(), STDOUT_FILENO) < 0 ||
        dup2(no_progress.get(), STDERR_FILENO) < 0 || !refuse_all_bpf_calls())
      return 126;
    execl(binary.c_str(), binary.c_str(), "check", "--netns", place().name().c_str(), "--json",
          "--for", "1s", nullptr);
    return 127;
  });
  ASSERT_TRUE(child.ok()) << child.error().message;
  const auto use = child->wait(seconds(20));
  ASSERT_TRUE(use.ok()) << use.error().message;

  EXPECT_LE(use->exit_code, 1);
  std::ifstream file(answer);
  const auto report = nlohmann::json::parse(file, nullptr, false);
  ASSERT_FALSE(report.is_discarded());
  const std::string refusal =
      "this kernel refuses the BPF program that reads SYN queues although weir has all required capabilities (the reason may be lockdown, an LSM or seccomp)";
  EXPECT_EQ(report.at("read_by").value("SYN queues", ""), "sock_diag, because " + refusal);
  bool said = false;
  for (const auto& item : report.at("not_seen"))
    said = said || item.value("what", "") == "half-open connections at every sample";
  EXPECT_TRUE(said) << report.at("not_seen").dump(1);
}

}  // namespace weir::scenario::probes_test
