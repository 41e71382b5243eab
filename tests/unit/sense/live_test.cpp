// A Recording of the running kernel, with this process as the server: needs no privilege.
#include <variant>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "kernel/linux/linux_kernel.h"
#include "sense/record.h"
#include "support/find_series.h"

namespace weir::sense::live_test {

constexpr int backlog = 16;

struct Server {
  UniqueFd socket;
  sockaddr_in address{};
  std::uint64_t cookie = 0;
};

Server make_server() {
  Server server;
  server.socket = UniqueFd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  server.address.sin_family = AF_INET;
  server.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(bind(server.socket.get(), reinterpret_cast<const sockaddr*>(&server.address),
                 sizeof(server.address)),
            0);
  EXPECT_EQ(listen(server.socket.get(), backlog), 0);
  socklen_t size = sizeof(server.address);
  EXPECT_EQ(getsockname(server.socket.get(), reinterpret_cast<sockaddr*>(&server.address), &size),
            0);
  size = sizeof(server.cookie);
  EXPECT_EQ(getsockopt(server.socket.get(), SOL_SOCKET, SO_COOKIE, &server.cookie, &size), 0);
  return server;
}

/// Connections that no program accepts; the connections beyond the queue stay in SYN_SENT.
std::vector<UniqueFd> connect_clients(const Server& server, int count) {
  std::vector<UniqueFd> clients;
  for (int i = 0; i < count; ++i) {
    UniqueFd client(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int result = connect(client.get(), reinterpret_cast<const sockaddr*>(&server.address),
                               sizeof(server.address));
    EXPECT_TRUE(result == 0 || errno == EINPROGRESS);
    clients.push_back(std::move(client));
  }
  return clients;
}

const Listener* find_own(const Snapshot& snapshot, const Server& server) {
  for (const auto& listener : snapshot.sockets.listeners) {
    if (listener.cookie == server.cookie) return &listener;
  }
  return nullptr;
}

const Process* find_self(const Snapshot& snapshot) {
  for (const auto& process : snapshot.processes) {
    if (process.pid == getpid()) return &process;
  }
  return nullptr;
}

TEST(Live, AQueueThatFillsInsideTheWindowIsSeenWithItsDropsAndItsOwner) {
  auto opened = kernel::LinuxKernel::open_current();
  ASSERT_TRUE(opened.ok());
  auto kernel = (*opened)->kernel();
  const auto server = make_server();
  std::vector<UniqueFd> clients;
  RecordOptions options;
  options.window = milliseconds(600);
  const auto recording = record(kernel, options, [&](double part) {
    if (part > 0.3 && clients.empty()) clients = connect_clients(server, backlog + 5);
    return true;
  });
  ASSERT_TRUE(recording.ok()) << recording.error().message;

  const auto* before = find_own(recording->first, server);
  const auto* after = find_own(*recording->last, server);
  ASSERT_TRUE(before != nullptr && after != nullptr);
  EXPECT_EQ(before->queue, 0);
  EXPECT_EQ(after->queue, backlog + 1);
  EXPECT_EQ(after->backlog, backlog);
  EXPECT_GT(after->drops.value_or(0), 0);
  EXPECT_EQ(before->owners, (std::vector<Owner>{{getpid(), server.socket.get()}}));

  const auto* series = test::find_series(*recording, after->cookie, Metric::accept_queue);
  ASSERT_NE(series, nullptr);
  EXPECT_EQ(series->values.front(), 0);
  EXPECT_EQ(series->values.back(), backlog + 1);
  EXPECT_LT(static_cast<std::int64_t>(series->values.size()), recording->samples);
  EXPECT_GT(recording->last->counters.snmp.at("TcpExt.ListenOverflows"),
            recording->first.counters.snmp.at("TcpExt.ListenOverflows"));
  EXPECT_GE(recording->last->sockets.states.at("SYN_SENT"), 1);

  const auto* self = find_self(recording->first);
  ASSERT_NE(self, nullptr);
  EXPECT_EQ(self->threads.empty(), false);
  EXPECT_GT(self->files.value_or(0), 3);
  EXPECT_GT(self->file_limit.value_or(0), 0);
  bool looked = false;
  for (const auto& event : recording->events) {
    const auto* look = std::get_if<OwnerState>(&event.what);
    looked = looked || (look != nullptr && look->pid == getpid());
  }
  EXPECT_TRUE(looked);
}

TEST(Live, ThisHostsFactsAreRead) {
  auto opened = kernel::LinuxKernel::open_current();
  ASSERT_TRUE(opened.ok());
  auto kernel = (*opened)->kernel();
  const auto snapshot = read_snapshot(kernel, {});
  ASSERT_TRUE(snapshot.ok()) << snapshot.error().message;
  EXPECT_EQ(snapshot->provenance.uid, geteuid());
  EXPECT_NE(snapshot->provenance.place.netns, 0U);
  EXPECT_FALSE(snapshot->provenance.kernel.empty());
  EXPECT_EQ(snapshot->host.page_size.count, sysconf(_SC_PAGESIZE));
  EXPECT_EQ(snapshot->host.ticks_per_second, sysconf(_SC_CLK_TCK));
  EXPECT_EQ(snapshot->host.cpus, sysconf(_SC_NPROCESSORS_ONLN));
  EXPECT_GT(snapshot->host.memory.count, 0);
  EXPECT_GT(snapshot->host.buffer_pages.count, 0);
  EXPECT_EQ(snapshot->settings.sysctls.count("net.core.somaxconn"), 1U);
  EXPECT_GT(snapshot->counters.snmp.size(), 200U);
  EXPECT_FALSE(snapshot->network.links.empty());
  EXPECT_FALSE(snapshot->counters.softnet.empty());
}

}  // namespace weir::sense::live_test
