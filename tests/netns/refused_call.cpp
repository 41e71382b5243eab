#include "netns/refused_call.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <future>
#include <string>
#include <thread>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "lab/process.h"

namespace weir::scenario {
namespace {

/// Installs a filter on the calling thread and its children: bpf(2) has this outcome. Returns the
/// listener's descriptor where the flags ask for one, else 0; -1 when it fails.
int filter_bpf(unsigned outcome, unsigned flags) {
  std::array<sock_filter, 4> code{{
      {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)},
      {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_bpf},
      {BPF_RET | BPF_K, 0, 0, outcome},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
  }};
  const sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
  return static_cast<int>(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program));
}

/// Answers the calls until the thread has ended: then the listener has no caller any more.
Status answer_calls(int listener, int n, int& calls) {
  while (true) {
    pollfd ready{listener, POLLIN, 0};
    if (poll(&ready, 1, -1) < 0 && errno != EINTR)
      return make_error(ErrorCode::io, "poll: " + lab::last_error());
    if ((ready.revents & POLLIN) == 0) {
      if ((ready.revents & POLLHUP) != 0) return {};
      continue;
    }
    seccomp_notif call{};
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) != 0)
      return make_error(ErrorCode::io, "no notification: " + lab::last_error());
    seccomp_notif_resp answer{};
    answer.id = call.id;
    if (++calls == n) {
      answer.error = -EPERM;
    } else {
      answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    }
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) != 0)
      return make_error(ErrorCode::io, "no answer: " + lab::last_error());
  }
}

}  // namespace

Result<int> refuse_bpf_call(int n, const std::function<void()>& body) {
  std::promise<int> filtered;
  auto listening = filtered.get_future();
  std::thread thread([&] {
    const int listener = filter_bpf(SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER);
    filtered.set_value(listener);
    if (listener >= 0) body();
  });
  const UniqueFd listener(listening.get());
  int calls = 0;
  const Status status = listener.valid()
                            ? answer_calls(listener.get(), n, calls)
                            : make_error(ErrorCode::io, "the thread could not be filtered");
  thread.join();
  if (!status.ok()) return status.error();
  return calls;
}

bool refuse_all_bpf_calls() { return filter_bpf(SECCOMP_RET_ERRNO | EPERM, 0) == 0; }

}  // namespace weir::scenario
