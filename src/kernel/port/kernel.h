// The interfaces through which weir reads and changes one network namespace of a kernel.
// Not a parser: ports carry bytes; kernel/wire gives them meaning.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "kernel/port/probes.h"
#include "model/snapshot.h"

namespace weir::kernel {

using ByteVisitor = std::function<void(std::span<const std::byte>)>;
/// Returns false when it has seen enough.
using ByteSampler = std::function<bool(std::span<const std::byte>)>;

/// Files of /proc and /sys as the namespace sees them (below /proc/thread-self/net and /proc/sys),
/// and ordinary files. Paths are absolute. Errors: not_found, not_permitted, gone (it vanished
/// while it was read), unsupported, malformed (longer than the limit), io.
class Files {
 public:
  Files() = default;
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;
  virtual ~Files() = default;

  /// Streams the file's bytes to the visitor, in pieces of any size; fails once it is longer than
  /// `limit` bytes.
  virtual Status read(const std::string& path, std::size_t limit, const ByteVisitor& visitor) = 0;
  /// The names in a folder, sorted bytewise, without "." and "..".
  virtual Result<std::vector<std::string>> list(const std::string& path) = 0;
  /// At most the first `limit` names in the folder's own order, which for /proc/PID/fd is that of
  /// the numbers.
  virtual Result<std::vector<std::string>> list_first(const std::string& path,
                                                      std::size_t limit) = 0;
  /// How many names the folder has. For /proc/PID/fd it need not walk it (Linux 6.2 tells the
  /// number as its size).
  virtual Result<std::int64_t> count(const std::string& path) = 0;
  virtual Result<std::string> read_link(const std::string& path) = 0;
  /// Writes the bytes in one write(); for kernel files only.
  virtual Status write(const std::string& path, std::string_view bytes) = 0;
  /// An ordinary file with these bytes (0644) instead of what is there, if anything; its folder is
  /// made where it is missing, but not the folder's parent. Whoever looks, also after a power cut,
  /// finds the old file or the new one; both are on disk when it returns.
  virtual Status write_atomically(const std::string& path, std::string_view bytes) = 0;
  /// Removes an ordinary file, on disk when it returns. Errors: not_found, others.
  virtual Status remove(const std::string& path) = 0;
};

inline constexpr std::size_t default_read_limit = std::size_t{16} << 20U;

/// The whole file as text.
[[nodiscard]] Result<std::string> read_text(Files& files, const std::string& path,
                                            std::size_t limit = default_read_limit);

/// Netlink in the namespace: dumps, and changes.
class Netlink {
 public:
  Netlink() = default;
  Netlink(const Netlink&) = delete;
  Netlink& operator=(const Netlink&) = delete;
  virtual ~Netlink() = default;

  /// Sends one request (a whole nlmsghdr and its payload, NLM_F_DUMP set) over the netlink protocol
  /// (NETLINK_ROUTE, NETLINK_SOCK_DIAG, …) and gives every datagram of the answer to the visitor,
  /// as received. NLMSG_ERROR becomes an Error; an interrupted dump (NLM_F_DUMP_INTR) is repeated
  /// by no one: the caller decides.
  Status dump(int protocol, std::span<const std::byte> request, const ByteVisitor& visitor);
  /// The same, until the sampler has seen enough: the kernel then walks no further.
  virtual Status dump_some(int protocol, std::span<const std::byte> request,
                           const ByteSampler& sampler) = 0;

  /// Sends one request that changes something (NLM_F_ACK set) and waits for the acknowledgement.
  /// Errors carry the kernel's own sentence where it has one (NLMSGERR_ATTR_MSG): not_found (no
  /// such interface, discipline, …), not_permitted, unsupported, wrong_use (EINVAL), io.
  virtual Status change(int protocol, std::span<const std::byte> request) = 0;

  /// The number that this namespace alone has until the next boot (SO_NETNS_COOKIE), unlike its
  /// inode, which the kernel gives again. Errors: unsupported (before Linux 5.14), others.
  virtual Result<std::uint64_t> namespace_cookie() = 0;
};

/// Sockets of other processes, reached by pidfd_open and pidfd_getfd (Linux 5.6, the right to
/// ptrace the process).
class Sockets {
 public:
  Sockets() = default;
  Sockets(const Sockets&) = delete;
  Sockets& operator=(const Sockets&) = delete;
  virtual ~Sockets() = default;

  /// Calls listen(backlog) on a copy of the owner's descriptor, after SO_COOKIE on the copy has
  /// shown that it is the socket that is meant. Errors: gone (no such process or descriptor),
  /// conflict (another socket is there now), not_permitted, unsupported.
  virtual Status set_backlog(const Owner& owner, std::uint64_t cookie, std::int64_t backlog) = 0;
};

/// What the drivers of network interfaces tell (SIOCETHTOOL).
class Ethtool {
 public:
  Ethtool() = default;
  Ethtool(const Ethtool&) = delete;
  Ethtool& operator=(const Ethtool&) = delete;
  virtual ~Ethtool() = default;

  /// Runs one command on the interface of that name: the bytes are the question, and the answer
  /// afterwards, which is never longer. Errors: gone (no such interface any more), unsupported (the
  /// driver or the kernel has no such command), not_permitted, wrong_use, io.
  virtual Status ask(const std::string& interface, std::span<std::byte> command) = 0;
};

/// A process's limit on its open descriptors (RLIMIT_NOFILE); nothing: unlimited.
struct FileLimit {
  std::optional<std::uint64_t> soft;
  std::optional<std::uint64_t> hard;
  friend bool operator==(const FileLimit&, const FileLimit&) = default;
};

/// Limits of other processes (prlimit(2)).
class Limits {
 public:
  Limits() = default;
  Limits(const Limits&) = delete;
  Limits& operator=(const Limits&) = delete;
  virtual ~Limits() = default;

  /// Errors: gone (no such process), not_permitted.
  virtual Result<FileLimit> read_file_limit(std::int64_t pid) = 0;
  /// Errors: gone, wrong_use (soft above hard), not_permitted: another user's process, a hard limit
  /// that rises without CAP_SYS_RESOURCE, or one beyond fs.nr_open (kernel/sys.c, do_prlimit).
  virtual Status set_file_limit(std::int64_t pid, const FileLimit& limit) = 0;
};

class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  virtual Nanoseconds boot_time() = 0;  ///< CLOCK_BOOTTIME
  virtual Nanoseconds wall_time() = 0;  ///< CLOCK_REALTIME
  /// Returns at that CLOCK_BOOTTIME, or false at once when the wait was interrupted by a signal.
  virtual bool sleep_until(Nanoseconds boot_time) = 0;
};

/// One network namespace of one kernel. A bundle of borrowed ports: it owns nothing.
struct Kernel {
  Files& files;
  Netlink& netlink;
  Sockets& sockets;
  Clock& clock;
  Probes& probes;
  Ethtool& ethtool;
  Limits& limits;
};

}  // namespace weir::kernel
