#include "judge/wait.h"

#include <array>

namespace weir::judge {

namespace {

struct Channel {
  std::string_view name;  ///< a trailing `*` stands for any ending
  WaitKind kind;
  std::string_view words;
};

// The functions in which a thread sleeps in Linux 4.18 to 6.18, as wchan prints them (the first
// function outside of the __sched code).
constexpr std::array channels{
    Channel{"ep_poll", WaitKind::polling, "events of its sockets"},
    Channel{"do_epoll_wait", WaitKind::polling, "events of its sockets"},
    Channel{"do_epoll_pwait", WaitKind::polling, "events of its sockets"},
    Channel{"inet_csk_accept", WaitKind::polling, "a connection to accept"},
    Channel{"inet_csk_wait_for_connect", WaitKind::polling, "a connection to accept"},
    Channel{"poll_schedule_timeout", WaitKind::polling, "events of its sockets"},
    Channel{"do_poll", WaitKind::polling, "events of its sockets"},
    Channel{"do_sys_poll", WaitKind::polling, "events of its sockets"},
    Channel{"do_select", WaitKind::polling, "events of its sockets"},
    Channel{"core_sys_select", WaitKind::polling, "events of its sockets"},
    Channel{"io_cqring_wait", WaitKind::polling, "completions of its io_uring"},
    Channel{"io_cqring_wait_schedule", WaitKind::polling, "completions of its io_uring"},
    Channel{"hrtimer_nanosleep", WaitKind::busy, "a timed sleep"},
    Channel{"do_nanosleep", WaitKind::busy, "a timed sleep"},
    Channel{"common_nsleep*", WaitKind::busy, "a timed sleep"},
    Channel{"do_wait", WaitKind::busy, "the end of a child process"},
    Channel{"kernel_wait4", WaitKind::busy, "the end of a child process"},
    Channel{"sk_wait_data", WaitKind::busy, "data from another socket"},
    Channel{"wait_woken", WaitKind::busy, "another socket"},
    Channel{"inet_wait_for_connect", WaitKind::busy, "an outgoing connection to be accepted"},
    Channel{"__inet_stream_connect", WaitKind::busy, "an outgoing connection to be accepted"},
    Channel{"inet_stream_connect", WaitKind::busy, "an outgoing connection to be accepted"},
    Channel{"sk_stream_wait_memory", WaitKind::busy, "room in a socket's send buffer"},
    Channel{"__skb_wait_for_more_packets", WaitKind::busy, "a datagram, such as a DNS answer"},
    Channel{"unix_stream_data_wait", WaitKind::busy, "data from a Unix socket"},
    Channel{"unix_stream_read_generic", WaitKind::busy, "data from a Unix socket"},
    Channel{"unix_wait_for_peer", WaitKind::busy, "room in a Unix socket"},
    Channel{"pipe_read", WaitKind::busy, "data from a pipe"},
    Channel{"anon_pipe_read", WaitKind::busy, "data from a pipe"},
    Channel{"pipe_write", WaitKind::busy, "room in a pipe"},
    Channel{"anon_pipe_write", WaitKind::busy, "room in a pipe"},
    Channel{"pipe_wait", WaitKind::busy, "a pipe"},
    Channel{"sigsuspend", WaitKind::busy, "a signal"},
    Channel{"do_sigtimedwait", WaitKind::busy, "a signal"},
    Channel{"do_signal_stop", WaitKind::stopped, "a signal to continue"},
    Channel{"ptrace_stop", WaitKind::stopped, "its debugger"},
    Channel{"locks_lock_inode_wait", WaitKind::busy, "a file lock"},
    Channel{"flock_lock_inode_wait", WaitKind::busy, "a file lock"},
    Channel{"posix_lock_inode_wait", WaitKind::busy, "a file lock"},
    Channel{"do_semtimedop", WaitKind::busy, "a System V semaphore"},
    Channel{"do_msgrcv", WaitKind::busy, "a System V message"},
    Channel{"futex_*", WaitKind::lock, "a lock or a condition variable"},
    Channel{"__futex_*", WaitKind::lock, "a lock or a condition variable"},
    Channel{"io_schedule*", WaitKind::disk, "the disk"},
    Channel{"folio_wait_*", WaitKind::disk, "the disk"},
    Channel{"wait_on_page_*", WaitKind::disk, "the disk"},
    Channel{"wait_on_buffer", WaitKind::disk, "the disk"},
    Channel{"jbd2_*", WaitKind::disk, "the file system's journal"},
    Channel{"rpc_wait_*", WaitKind::disk, "a network file system"},
    Channel{"nfs*", WaitKind::disk, "a network file system"},
    Channel{"request_wait_answer", WaitKind::disk, "a FUSE file system"},
    Channel{"fuse_*", WaitKind::disk, "a FUSE file system"},
    Channel{"mem_cgroup_*", WaitKind::disk, "memory of its cgroup"},
};

/// Removes the compiler's endings, such as ".constprop.0".
std::string_view strip(std::string_view channel) { return channel.substr(0, channel.find('.')); }

const Channel* find_channel(std::string_view channel) {
  const std::string_view name = strip(channel);
  for (const auto& known : channels) {
    const bool open_ended = known.name.back() == '*';
    if (open_ended
            ? name.substr(0, known.name.size() - 1) == known.name.substr(0, known.name.size() - 1)
            : name == known.name)
      return &known;
  }
  return nullptr;
}

bool is_unreadable(std::string_view channel) { return channel.empty() || channel == "0"; }

}  // namespace

WaitKind classify_wait(char state, std::string_view channel) {
  switch (state) {
    case 'R': return WaitKind::running;
    case 'D': return WaitKind::disk;
    case 'T':
    case 't': return WaitKind::stopped;
    default: break;
  }
  if (is_unreadable(channel)) return WaitKind::unreadable;
  const Channel* known = find_channel(channel);
  return known == nullptr ? WaitKind::busy : known->kind;
}

std::string describe_wait(std::string_view channel) {
  if (is_unreadable(channel)) return "an unknown place of the kernel";
  const Channel* known = find_channel(channel);
  if (known == nullptr) return std::string(channel);
  return std::string(known->words) + " (" + std::string(strip(channel)) + ")";
}

std::string describe_state(char state) {
  switch (state) {
    case 'R': return "running";
    case 'S': return "sleeping";
    case 'D': return "in uninterruptible sleep";
    case 'T': return "stopped by a signal";
    case 't': return "stopped by a debugger";
    case 'Z': return "dead and not yet reaped";
    case 'I': return "idle";
    default: return "in an unknown state";
  }
}

}  // namespace weir::judge
