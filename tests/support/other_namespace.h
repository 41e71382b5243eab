// OtherNamespace: a process in its own network namespace, for tests of code that reads or writes
// another namespace. Not lab::Namespace: it has no name and no link to another namespace, and
// nothing of it outlives the test's own cleanup.
#pragma once

#include <array>
#include <csignal>
#include <cstdint>
#include <string>

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

namespace weir::test {

/// The process lives as long as this value. Without the right to make a namespace, made() is false.
class OtherNamespace {
 public:
  OtherNamespace() {
    std::array<int, 2> ready{};
    if (pipe(ready.data()) != 0) return;
    pid_ = fork();
    if (pid_ == 0) {
      const char answer = unshare(CLONE_NEWNET) == 0 ? 'y' : 'n';
      if (write(ready[1], &answer, 1) != 1) _exit(1);
      while (true) pause();
    }
    char answer = 'n';
    made_ = pid_ > 0 && read(ready[0], &answer, 1) == 1 && answer == 'y';
    close(ready[0]);
    close(ready[1]);
  }
  OtherNamespace(const OtherNamespace&) = delete;
  OtherNamespace& operator=(const OtherNamespace&) = delete;
  ~OtherNamespace() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  [[nodiscard]] bool made() const { return made_; }
  [[nodiscard]] std::int64_t pid() const { return pid_; }
  [[nodiscard]] std::string path() const { return "/proc/" + std::to_string(pid_) + "/ns/net"; }

 private:
  pid_t pid_ = -1;
  bool made_ = false;
};

}  // namespace weir::test
