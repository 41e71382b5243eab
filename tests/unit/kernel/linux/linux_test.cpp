#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"
#include "kernel/linux/linux_kernel.h"
#include "kernel/wire/process.h"
#include "kernel/wire/sock_diag.h"
#include "support/other_namespace.h"

namespace weir::kernel::linux_test {

using test::OtherNamespace;

#define WEIR_NEEDS_NAMESPACE(other) \
  if (!(other).made()) GTEST_SKIP() << "needs CAP_SYS_ADMIN (root) to make a network namespace"

std::unique_ptr<LinuxKernel> open_own() {
  auto kernel = LinuxKernel::open_current();
  EXPECT_TRUE(kernel.ok());
  return std::move(kernel).value();
}

std::uint64_t netns_inode(Kernel kernel) {
  const auto link = kernel.files.read_link("/proc/thread-self/ns/net");
  EXPECT_TRUE(link.ok());
  return link.ok() ? wire::parse_inode_link(*link, "net").value_or(0) : 0;
}

struct OwnListener {
  UniqueFd socket;
  std::uint64_t cookie = 0;
  Owner owner;
};

OwnListener make_listener(int backlog) {
  OwnListener listener;
  listener.socket = UniqueFd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(
      bind(listener.socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  EXPECT_EQ(listen(listener.socket.get(), backlog), 0);
  socklen_t size = sizeof(listener.cookie);
  EXPECT_EQ(getsockopt(listener.socket.get(), SOL_SOCKET, SO_COOKIE, &listener.cookie, &size), 0);
  listener.owner = {getpid(), listener.socket.get()};
  return listener;
}

std::optional<wire::DiagSocket> find_listener(Kernel kernel, std::uint64_t cookie) {
  std::optional<wire::DiagSocket> found;
  const auto request =
      wire::build_diag_request({std::nullopt, wire::state_bit(wire::TcpState::listen), true});
  const auto status =
      kernel.netlink.dump(wire::protocol_sock_diag, request, [&](wire::ByteSpan datagram) {
        const auto parsed =
            wire::parse_diag_datagram(datagram, [&](const wire::DiagSocket& socket) {
              if (socket.cookie == cookie) found = socket;
            });
        EXPECT_TRUE(parsed.ok());
      });
  EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().message);
  return found;
}

TEST(LinuxFiles, AMissingFileAFolderAndATooLongFileGiveDifferentErrors) {
  const auto own = open_own();
  auto kernel = own->kernel();
  const auto read = [&](const std::string& path, std::size_t limit) {
    return read_text(kernel.files, path, limit);
  };
  EXPECT_EQ(read("/proc/sys/net/core/no_such_parameter", 100).error().code, ErrorCode::not_found);
  EXPECT_EQ(read("/proc/sys/net/core", 100).error().code, ErrorCode::unsupported);
  EXPECT_EQ(read("/proc/net/snmp", 10).error().code, ErrorCode::malformed);
  const auto value = read("/proc/sys/net/core/somaxconn", 100);
  ASSERT_TRUE(value.ok());
  EXPECT_TRUE(parse_integer(trim(*value)).has_value());
}

TEST(LinuxFiles, NamesAreSortedAndWithoutTheDots) {
  const auto own = open_own();
  const auto names = own->kernel().files.list("/proc/sys/net/core");
  ASSERT_TRUE(names.ok());
  EXPECT_TRUE(std::is_sorted(names->begin(), names->end()));
  EXPECT_TRUE(std::binary_search(names->begin(), names->end(), "somaxconn"));
  EXPECT_FALSE(std::binary_search(names->begin(), names->end(), "."));
  const auto first = own->kernel().files.list_first("/proc/sys/net/core", 3);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->size(), 3U);
}

TEST(LinuxFiles, OpenDescriptorsAreCounted) {
  const auto own = open_own();
  auto kernel = own->kernel();
  const std::string folder = "/proc/" + std::to_string(getpid()) + "/fd";
  const auto before = kernel.files.count(folder);
  const auto extra = make_listener(1);
  const auto after = kernel.files.count(folder);
  ASSERT_TRUE(before.ok() && after.ok());
  EXPECT_EQ(*after, *before + 1);
}

TEST(LinuxFiles, AFileIsWrittenInOnePiece) {
  const auto own = open_own();
  auto kernel = own->kernel();
  const auto path =
      std::filesystem::temp_directory_path() / ("weir-linux-test-" + std::to_string(getpid()));
  std::ofstream(path) << "12345678";
  ASSERT_TRUE(kernel.files.write(path.string(), "4096").ok());
  // not truncated: kernel files have no length
  EXPECT_EQ(read_text(kernel.files, path.string()).value(), "40965678");
  std::filesystem::remove(path);
  EXPECT_EQ(kernel.files.write(path.string(), "1").error().code, ErrorCode::not_found);
}

TEST(LinuxNetlink, AListenerOfThisProcessIsSeenAndARepeatedDumpSeesItAgain) {
  const auto own = open_own();
  const auto listener = make_listener(7);
  for (int i = 0; i < 3; ++i) {
    const auto found = find_listener(own->kernel(), listener.cookie);
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->send_queue, 7U);
    EXPECT_EQ(found->drops, 0U);
  }
}

TEST(LinuxNetlink, ARefusedRequestIsAnErrorAndTheNextRequestWorks) {
  const auto own = open_own();
  wire::MessageWriter writer;
  writer.begin(9999, 0x301, 0);
  writer.end();
  EXPECT_FALSE(own->kernel()
                   .netlink.dump(wire::protocol_sock_diag, writer.bytes(), [](wire::ByteSpan) {})
                   .ok());
  const auto listener = make_listener(7);
  EXPECT_TRUE(find_listener(own->kernel(), listener.cookie).has_value());
}

TEST(LinuxSockets, TheBacklogOfARunningListenerChangesAndItsConnectionsStay) {
  const auto own = open_own();
  const auto listener = make_listener(5);
  const auto status = own->kernel().sockets.set_backlog(listener.owner, listener.cookie, 9);
  if (!status.ok() && status.error().code == ErrorCode::unsupported)
    GTEST_SKIP() << status.error().message;
  ASSERT_TRUE(status.ok()) << status.error().message;
  EXPECT_EQ(find_listener(own->kernel(), listener.cookie)->send_queue, 9U);
}

TEST(LinuxSockets, AnotherSocketUnderTheSameDescriptorIsLeftAlone) {
  const auto own = open_own();
  const auto listener = make_listener(5);
  const auto status = own->kernel().sockets.set_backlog(listener.owner, listener.cookie + 1, 9);
  if (!status.ok() && status.error().code == ErrorCode::unsupported)
    GTEST_SKIP() << status.error().message;
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::conflict);
  EXPECT_EQ(find_listener(own->kernel(), listener.cookie)->send_queue, 5U);
}

TEST(LinuxSockets, AClosedDescriptorAndAnEndedProcessAreGone) {
  const auto own = open_own();
  auto& sockets = own->kernel().sockets;
  const auto closed = sockets.set_backlog({getpid(), 19999}, 1, 9);
  if (!closed.ok() && closed.error().code == ErrorCode::unsupported)
    GTEST_SKIP() << closed.error().message;
  EXPECT_EQ(closed.error().code, ErrorCode::gone);
  const pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  EXPECT_EQ(sockets.set_backlog({child, 3}, 1, 9).error().code, ErrorCode::gone);
  EXPECT_EQ(sockets.set_backlog({0, 3}, 1, 9).error().code, ErrorCode::gone);
}

TEST(LinuxClock, SleepsUntilTheTimeAndReturnsAtOnceFromASignal) {
  const auto own = open_own();
  auto& clock = own->kernel().clock;
  const auto until = clock.boot_time() + milliseconds(20);
  EXPECT_TRUE(clock.sleep_until(until));
  EXPECT_GE(clock.boot_time(), until);
  struct sigaction action {};
  action.sa_handler = [](int) {};
  sigaction(SIGALRM, &action, nullptr);
  const auto begin = clock.boot_time();
  ualarm(20'000, 0);
  EXPECT_FALSE(clock.sleep_until(begin + seconds(30)));
  EXPECT_LT(clock.boot_time() - begin, seconds(30));
}

TEST(LinuxKernel, AnotherNamespaceIsReadAndTheThreadComesBack) {
  const OtherNamespace other;
  WEIR_NEEDS_NAMESPACE(other);
  const auto own = open_own();
  auto opened = LinuxKernel::open_pid(other.pid());
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  auto there = (*opened)->kernel();
  const auto own_inode = netns_inode(own->kernel());
  EXPECT_NE(netns_inode(there), own_inode);
  EXPECT_EQ(netns_inode(own->kernel()), own_inode);
  // A new namespace has only the loopback interface, and not the host's interfaces.
  const auto devices = read_text(there.files, "/proc/net/dev");
  ASSERT_TRUE(devices.ok());
  EXPECT_EQ(std::count(devices->begin(), devices->end(), '\n'), 3);
  EXPECT_EQ(read_text(there.files, "/proc/sys/net/core/netdev_max_backlog").error().code,
            ErrorCode::not_found);
  // sysfs shows the interfaces of the namespace in which it was mounted.
  EXPECT_EQ(there.files.list("/sys/class/net").value(), std::vector<std::string>{"lo"});
}

TEST(LinuxKernel, AWriteInAnotherNamespaceLeavesThisOneAsItWas) {
  const OtherNamespace other;
  WEIR_NEEDS_NAMESPACE(other);
  const auto own = open_own();
  auto opened = LinuxKernel::open_netns(other.path());
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  const std::string path = "/proc/sys/net/core/somaxconn";
  const auto before = read_text(own->kernel().files, path);
  ASSERT_TRUE((*opened)->kernel().files.write(path, "321\n").ok());
  EXPECT_EQ(read_text((*opened)->kernel().files, path).value(), "321\n");
  EXPECT_EQ(read_text(own->kernel().files, path).value(), *before);
}

TEST(LinuxKernel, SocketsOfThisNamespaceAreNotSeenInAnother) {
  const OtherNamespace other;
  WEIR_NEEDS_NAMESPACE(other);
  auto opened = LinuxKernel::open_pid(other.pid());
  ASSERT_TRUE(opened.ok());
  const auto listener = make_listener(5);
  EXPECT_FALSE(find_listener((*opened)->kernel(), listener.cookie).has_value());
  EXPECT_TRUE(find_listener(open_own()->kernel(), listener.cookie).has_value());
}

TEST(LinuxNetlink, EachNamespaceHasItsOwnCookie) {
  const OtherNamespace other;
  WEIR_NEEDS_NAMESPACE(other);
  const auto opened = LinuxKernel::open_netns(other.path());
  ASSERT_TRUE(opened.ok());
  const auto own = open_own()->kernel().netlink.namespace_cookie();
  if (!own.ok() && own.error().code == ErrorCode::unsupported) GTEST_SKIP() << own.error().message;
  const auto theirs = (*opened)->kernel().netlink.namespace_cookie();
  ASSERT_TRUE(own.ok() && theirs.ok());
  EXPECT_NE(*own, *theirs);
  EXPECT_EQ(*theirs, (*opened)->kernel().netlink.namespace_cookie().value_or(0));
}

/// Linux 6.18 and newer open a namespace by its numbers; an older kernel answers that it cannot.
TEST(LinuxKernel, ANamespaceIsOpenedByItsNumbersUntilItEnds) {
  std::uint64_t cookie = 0;
  std::uint64_t inode = 0;
  {
    const OtherNamespace other;
    WEIR_NEEDS_NAMESPACE(other);
    const auto netns = NetworkNamespace::open_file(other.path(), "it");
    ASSERT_TRUE(netns.ok());
    inode = netns->inode().value();
    const auto named = LinuxKernel::open_netns(other.path());
    ASSERT_TRUE(named.ok());
    cookie = (*named)->kernel().netlink.namespace_cookie().value_or(0);
    const auto opened = NetworkNamespace::open_id(cookie, inode);
    if (opened.ok()) {
      EXPECT_FALSE(opened->is_own());
      EXPECT_EQ(opened->inode().value(), inode);
    } else {
      EXPECT_EQ(opened.error().code, ErrorCode::unsupported);
    }
  }
  // The kernel removes a namespace in the background (cleanup_net(), net/core/net_namespace.c).
  ErrorCode code = ErrorCode::io;
  for (int i = 0; i < 100 && code != ErrorCode::gone && code != ErrorCode::unsupported; ++i) {
    const auto ended = NetworkNamespace::open_id(cookie, inode);
    if (!ended.ok()) code = ended.error().code;
    usleep(20'000);
  }
  EXPECT_TRUE(code == ErrorCode::gone || code == ErrorCode::unsupported);
}

TEST(LinuxKernel, AMissingNamespaceGetsOneSentence) {
  const auto missing = LinuxKernel::open_netns("no-such-namespace");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_EQ(
      missing.error().message,
      "there is no network namespace no-such-namespace (/run/netns/no-such-namespace does not exist)");
  EXPECT_EQ(LinuxKernel::open_netns("").error().code, ErrorCode::wrong_use);
  EXPECT_EQ(LinuxKernel::open_netns("..").error().code, ErrorCode::wrong_use);
  EXPECT_EQ(LinuxKernel::open_pid(0).error().code, ErrorCode::wrong_use);
  EXPECT_EQ(LinuxKernel::open_pid(2147483646).error().code, ErrorCode::not_found);
}

TEST(LinuxKernel, AFileThatIsNotANetworkNamespaceIsRefused) {
  EXPECT_EQ(LinuxKernel::open_netns("/proc/self/ns/uts").error().code, ErrorCode::wrong_use);
  EXPECT_EQ(LinuxKernel::open_netns("/proc/self/status").error().code, ErrorCode::wrong_use);
}

TEST(LinuxKernel, WithoutCapabilitiesAnotherNamespaceIsRefusedAndTheNeededRightNamed) {
  const OtherNamespace other;
  WEIR_NEEDS_NAMESPACE(other);
  // In a child, because the process cannot get its uid back.
  const UniqueFd kept(open(other.path().c_str(), O_RDONLY | O_CLOEXEC));
  const pid_t child = fork();
  if (child == 0) {
    constexpr uid_t nobody = 65534;
    if (setresuid(nobody, nobody, nobody) != 0) _exit(2);
    const auto refused = LinuxKernel::open_netns("/proc/self/fd/" + std::to_string(kept.get()));
    _exit(!refused.ok() && refused.error().code == ErrorCode::not_permitted ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

/// A folder that is removed with the test.
class LinuxFilesWriting : public testing::Test {
 protected:
  LinuxFilesWriting() {
    std::string pattern = testing::TempDir() + "weir-linux-XXXXXX";
    if (mkdtemp(pattern.data()) != nullptr) folder_ = pattern;
    auto opened = LinuxKernel::open_current();
    if (opened.ok()) kernel_ = std::move(opened).value();
  }
  ~LinuxFilesWriting() override { std::filesystem::remove_all(folder_); }
  void SetUp() override {
    ASSERT_FALSE(folder_.empty());
    ASSERT_NE(kernel_, nullptr);
  }
  Files& files() { return kernel_->kernel().files; }
  [[nodiscard]] std::string path(const std::string& name) const { return folder_ + "/" + name; }
  [[nodiscard]] std::vector<std::string> names(const std::string& folder = "") {
    auto listed = files().list(folder.empty() ? folder_ : path(folder));
    return listed.ok() ? *listed : std::vector<std::string>{listed.error().message};
  }

 private:
  std::string folder_;
  std::unique_ptr<LinuxKernel> kernel_;
};

TEST_F(LinuxFilesWriting, AFileIsWholeAndReadableByAllAndLeavesNoOtherFile) {
  const std::string text(200'000, 'x');
  ASSERT_TRUE(files().write_atomically(path("99-weir.conf"), "old\n").ok());
  ASSERT_TRUE(files().write_atomically(path("99-weir.conf"), text).ok());
  EXPECT_EQ(*read_text(files(), path("99-weir.conf")), text);
  EXPECT_EQ(std::filesystem::status(path("99-weir.conf")).permissions(),
            static_cast<std::filesystem::perms>(0644));
  EXPECT_EQ(names(), std::vector<std::string>{"99-weir.conf"});
}

TEST_F(LinuxFilesWriting, AMissingFolderIsMadeButNotItsParent) {
  EXPECT_TRUE(files().write_atomically(path("modprobe.d/weir.conf"), "x").ok());
  EXPECT_EQ(names("modprobe.d"), std::vector<std::string>{"weir.conf"});
  const auto deep = files().write_atomically(path("a/b/weir.conf"), "x");
  ASSERT_FALSE(deep.ok());
  EXPECT_EQ(deep.error().code, ErrorCode::not_found);
}

TEST_F(LinuxFilesWriting, TheLeftoversOfAKilledWriterAreNotFollowedAndAreRemoved) {
  std::ofstream(path("precious")) << "mine";
  std::filesystem::create_symlink(path("precious"), path(".99-weir.conf.weir-new"));
  ASSERT_TRUE(files().write_atomically(path("99-weir.conf"), "text").ok());
  EXPECT_EQ(*read_text(files(), path("precious")), "mine");
  EXPECT_EQ(names(), (std::vector<std::string>{"99-weir.conf", "precious"}));
}

TEST_F(LinuxFilesWriting, AFailureLeavesTheOldFileAndNothingBesideIt) {
  std::filesystem::create_directory(path("99-weir.conf"));
  std::ofstream(path("99-weir.conf/inside")) << "x";
  EXPECT_FALSE(files().write_atomically(path("99-weir.conf"), "text").ok());
  EXPECT_EQ(names(), std::vector<std::string>{"99-weir.conf"});
}

TEST_F(LinuxFilesWriting, ARemovedFileIsGoneAndCannotBeRemovedAgain) {
  ASSERT_TRUE(files().write_atomically(path("99-weir.conf"), "text").ok());
  EXPECT_TRUE(files().remove(path("99-weir.conf")).ok());
  EXPECT_TRUE(names().empty());
  EXPECT_EQ(files().remove(path("99-weir.conf")).error().code, ErrorCode::not_found);
}

}  // namespace weir::kernel::linux_test
